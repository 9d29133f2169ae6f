package import Foundation
import Synchronization

/// A test on real sockets: it starts upstreams and gateways and takes all of them down at its end.
package final class Scenario: Sendable {
  private struct Held {
    var upstreams: [ScriptedUpstream] = []
    var gateways: [GatewayProcess] = []
    var ports: [UnreachablePort] = []
    var directories: [URL] = []
  }

  private let held = Mutex(Held())

  fileprivate init() {}

  /// An upstream that answers every request with `script`.
  package func upstream(_ script: Script, sendBuffer: Int? = nil) async throws -> ScriptedUpstream {
    try await upstream(sendBuffer: sendBuffer) { _ in script }
  }

  /// An upstream that answers the n-th request with the n-th script, and with the last one from then on.
  package func upstream(inTurn scripts: Script...) async throws -> ScriptedUpstream {
    try await upstream { scripts[min($0.index, scripts.count - 1)] }
  }

  package func upstream(
    sendBuffer: Int? = nil, director: @escaping ScriptedUpstream.Director
  ) async throws -> ScriptedUpstream {
    let upstream = try await ScriptedUpstream.start(sendBuffer: sendBuffer, director: director)
    held.withLock { $0.upstreams.append(upstream) }
    return upstream
  }

  /// A port that refuses connections, or lets them hang.
  package func port(that manner: UnreachablePort.Manner) throws -> UnreachablePort {
    let port = try UnreachablePort(manner)
    held.withLock { $0.ports.append(port) }
    return port
  }

  /// - Parameter configuration: the text of `sluice.yaml`; `nil`: no file.
  /// - Parameter directory: of an earlier process, whose database goes on; nil: one of its own.
  package func gateway(
    _ configuration: String?, environment: [String: String] = [:], directory: URL? = nil
  ) async throws -> GatewayProcess {
    let gateway = try await GatewayProcess.start(
      configuration, environment: environment, directory: try directory ?? self.directory())
    held.withLock { $0.gateways.append(gateway) }
    return gateway
  }

  /// A gateway whose model `m` goes to the model `up` of the given upstreams, in order, without retries.
  /// - Parameters:
  ///   - model: further lines of the model, at no indentation.
  ///   - provider: further members of every provider, in flow style.
  ///   - top: further sections of the file.
  package func gateway(
    to upstreams: ScriptedUpstream..., model: String = "retry: { attempts: 0 }", provider: String = "",
    top: String = "",
    environment: [String: String] = [:]
  ) async throws -> GatewayProcess {
    try await gateway(
      Configuration.text(to: upstreams.map(\.url), model: model, provider: provider, top: top),
      environment: environment)
  }

  /// Runs another command of the program to its end.
  package func command(
    _ arguments: String..., files: [String: String] = [:], environment: [String: String] = [:]
  ) async throws -> (code: Int32, output: String, errorOutput: String) {
    try await command(arguments, files: files, environment: environment)
  }

  package func command(
    _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:], input: String? = nil
  ) async throws -> (code: Int32, output: String, errorOutput: String) {
    let place = try directory()
    for (name, text) in files { try Data(text.utf8).write(to: place.appending(path: name)) }
    let child = try ChildProcess(
      try GatewayBinary.locate(), arguments, environment: environment, directory: place, input: input)
    defer { child.signal(SIGKILL) }
    let code = try await child.exited()
    return (code, child.output, child.errorOutput)
  }

  /// An empty directory that goes away with the scenario.
  package func directory() throws -> URL {
    let place = FileManager.default.temporaryDirectory.appending(path: "sluice-scenario-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    held.withLock { $0.directories.append(place) }
    return place
  }

  fileprivate func takeDown() async {
    let (gateways, upstreams) = held.withLock { ($0.gateways, $0.upstreams) }
    for gateway in gateways { await gateway.stop() }
    for upstream in upstreams { await upstream.stop() }
    held.withLock { held in
      for place in held.directories { try? FileManager.default.removeItem(at: place) }
      held = Held()
    }
  }
}

/// Runs a scenario and takes down whatever it started. Only a few run at a time, so that a small machine keeps up.
package func scenario(_ body: (Scenario) async throws -> Void) async throws {
  try await ScenarioSlots.shared.acquire()
  defer { ScenarioSlots.shared.release() }
  let scenario = Scenario()
  do {
    try await body(scenario)
  } catch {
    await scenario.takeDown()
    throw error
  }
  await scenario.takeDown()
}

/// How many scenarios may run at once.
private final class ScenarioSlots: Sendable {
  static let shared = ScenarioSlots()

  private let free = Mutex(max(4, ProcessInfo.processInfo.activeProcessorCount * 2))

  func acquire() async throws {
    try await eventually("a slot for the scenario", within: .seconds(600)) {
      free.withLock { free in
        guard free > 0 else { return false }
        free -= 1
        return true
      }
    }
  }

  func release() { free.withLock { $0 += 1 } }
}
