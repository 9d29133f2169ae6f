import Foundation
import Synchronization

/// A real Redis server of one test, with an empty database in a directory of its own.
package final class RedisServer: Sendable {
  package let port: Int
  private let directory: URL
  private let arguments: [String]
  private let process: Mutex<ChildProcess>

  private init(port: Int, directory: URL, arguments: [String], process: ChildProcess) {
    self.port = port
    self.directory = directory
    self.arguments = arguments
    self.process = Mutex(process)
  }

  /// Starts a server, runs `body` and stops the server.
  /// - Parameters:
  ///   - password: of the default user; `nil`: none is wanted.
  ///   - identity: the certificate of a server that speaks TLS only.
  ///   - more: further arguments of `redis-server`.
  package static func running(
    password: String? = nil, identity: CertificateAuthority.Identity? = nil, _ more: String...,
    body: (RedisServer) async throws -> Void
  ) async throws {
    let server = try await start(password: password, identity: identity, more)
    do { try await body(server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  package static func start(
    password: String? = nil, identity: CertificateAuthority.Identity? = nil, _ more: [String] = []
  ) async throws -> RedisServer {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sluice-redis-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    // Somebody else may take the port before the server does.
    for _ in 1...5 {
      if let server = try await started(in: directory, password, identity, more) { return server }
    }
    throw ScenarioError("redis-server found five ports taken")
  }

  /// - Returns: nil: its port is taken.
  private static func started(
    in directory: URL, _ password: String?, _ identity: CertificateAuthority.Identity?, _ more: [String]
  ) async throws -> RedisServer? {
    let port = try UnreachablePort.free()
    var arguments = ["--bind", "127.0.0.1", "--dir", directory.path, "--save", "", "--appendonly", "no"]
    if let password { arguments += ["--requirepass", password] }
    if let identity {
      arguments += ["--port", "0", "--tls-port", "\(port)", "--tls-auth-clients", "no"]
      arguments += ["--tls-cert-file", identity.certificate.path, "--tls-key-file", identity.key.path]
    } else {
      arguments += ["--port", "\(port)"]
    }
    guard let process = try await launch(arguments + more, in: directory) else { return nil }
    return RedisServer(port: port, directory: directory, arguments: arguments + more, process: process)
  }

  /// - Returns: nil: its port is taken.
  private static func launch(_ arguments: [String], in directory: URL) async throws -> ChildProcess? {
    let child = try ChildProcess("/usr/bin/env", ["redis-server"] + arguments, directory: directory)
    var isTaken = false
    try await eventually("redis-server is ready: \(child.output)") {
      if let code = child.exitCode {
        isTaken = child.output.contains("Address already in use")
        if !isTaken { throw ScenarioError("redis-server ended with \(code): \(child.output)") }
      }
      return isTaken || child.output.contains("Ready to accept connections")
    }
    return isTaken ? nil : child
  }

  /// Ends it at once, as a crash does.
  package func kill() async throws {
    // A paused one ends, too, and must not wake up before: it would answer what waits for it.
    signal(SIGKILL)
    _ = try await process.withLock { $0 }.exited()
  }

  /// Starts it again, empty, at the same port.
  package func restart() async throws {
    for _ in 1...20 {
      if let started = try await Self.launch(arguments, in: directory) { return process.withLock { $0 = started } }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw ScenarioError("the port of redis-server has been taken: \(port)")
  }

  /// It takes connections and answers nothing.
  package func pause() { signal(SIGSTOP) }

  package func resume() { signal(SIGCONT) }

  package func stop() async {
    try? await kill()
    try? FileManager.default.removeItem(at: directory)
  }

  private func signal(_ number: Int32) { process.withLock { $0 }.signal(number) }
}
