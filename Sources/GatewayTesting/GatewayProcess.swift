package import Foundation

/// The gateway itself, as its own process, with free ports and a directory of its own.
package final class GatewayProcess: Sendable {
  package let child: ChildProcess
  package let directory: URL
  /// Port of the inference API.
  package let port: Int
  package let adminPort: Int

  private init(child: ChildProcess, directory: URL, port: Int, adminPort: Int) {
    self.child = child
    self.directory = directory
    self.port = port
    self.adminPort = adminPort
  }

  /// Starts it and waits until both planes listen.
  /// - Parameter configuration: the text of `sluice.yaml`; `nil`: no file.
  package static func start(
    _ configuration: String?, environment: [String: String] = [:], directory: URL
  ) async throws -> GatewayProcess {
    var arguments = ["serve", "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    let file = directory.appending(path: "sluice.yaml")
    if let configuration {
      try Data(configuration.utf8).write(to: file)
      arguments += ["--config", file.path]
    } else {
      arguments += ["--data", directory.path]
    }
    let child = try ChildProcess(
      try GatewayBinary.locate(), arguments, environment: environment, directory: directory)
    do {
      let gateway = try await listeningPort("gateway", of: child)
      let admin = try await listeningPort("admin", of: child)
      return GatewayProcess(child: child, directory: directory, port: gateway, adminPort: admin)
    } catch {
      child.signal(SIGKILL)
      throw error
    }
  }

  private static func listeningPort(_ plane: String, of child: ChildProcess) async throws -> Int {
    try await eventually("the \(plane) plane listens; log:\n\(child.errorOutput)", within: .seconds(30)) {
      if let code = child.exitCode { throw ScenarioError("the gateway ended with \(code):\n\(child.errorOutput)") }
      return child.errorOutput.split(separator: "\n").lazy
        .filter { $0.contains("listening") && $0.contains("plane=\(plane)") }
        .compactMap { $0.split(separator: " ").first { $0.hasPrefix("address=") } }
        .compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
        .first
    }
  }

  /// Saves a new configuration file. Whether it takes effect is for the gateway to say.
  package func save(_ configuration: String) throws {
    try Data(configuration.utf8).write(to: directory.appending(path: "sluice.yaml"), options: .atomic)
  }

  /// SIGTERM: drain and end.
  package func terminate() { child.signal(SIGTERM) }

  /// SIGINT.
  package func interrupt() { child.signal(SIGINT) }

  /// SIGHUP: reload.
  package func hangUp() { child.signal(SIGHUP) }

  package func stop() async {
    child.signal(SIGKILL)
    _ = try? await child.exited()
  }
}

// What it says of itself.
extension GatewayProcess {
  /// The program log (stderr).
  package var programLog: String { child.errorOutput }

  /// The whole lines of the access log (stdout).
  package func accessLog() throws -> [JSONValue] {
    try child.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .filter { !$0.isEmpty }.map { try JSONValue(parsing: String($0)) }
  }

  /// Waits for an access log line.
  package func logged(_ what: String = "an exchange", where matches: (JSONValue) -> Bool = { _ in true }) async throws
    -> JSONValue
  {
    try await eventually("\(what) is in the access log:\n\(child.output)") {
      try self.accessLog().first(where: matches)
    }
  }

  /// Waits for a line of the program log that has all of `words`.
  @discardableResult
  package func says(_ words: String..., within limit: Duration = patience) async throws -> String {
    try await eventually("the program log says \(words):\n\(programLog)", within: limit) {
      self.programLog.split(separator: "\n").map(String.init).last { line in words.allSatisfy(line.contains) }
    }
  }

  package func metrics() async throws -> Metrics {
    let answer = try await admin("GET", "/metrics")
    guard answer.status == 200 else { throw ScenarioError("/metrics answered \(answer.status)") }
    return try Metrics(parsing: answer.text)
  }
}

// Calling it.
extension GatewayProcess {
  package func connect(receiveBuffer: Int? = nil) async throws -> RawClient {
    try await RawClient.connect(port: port, receiveBuffer: receiveBuffer)
  }

  /// One request on a connection of its own.
  package func call(
    _ method: String = "POST", _ path: String = "/v1/chat/completions", _ body: String? = nil, headers: HeaderList = [:]
  ) async throws -> Answer {
    try await Self.call(port: port, method, path, body, headers)
  }

  /// A chat call on a connection of its own.
  package func chat(_ body: String = ChatBody.plain(), headers: HeaderList = [:]) async throws -> Answer {
    try await call("POST", "/v1/chat/completions", body, headers: headers)
  }

  /// Begins a streamed chat on a connection of its own and reads the head of the answer.
  package func stream(
    _ body: String = ChatBody.streamed(), headers: HeaderList = [:]
  ) async throws -> (client: RawClient, head: AnswerHead) {
    let client = try await connect()
    client.post("/v1/chat/completions", body, headers: headers)
    return (client, try await client.head())
  }

  /// One request to the admin plane.
  package func admin(
    _ method: String = "GET", _ path: String, _ body: String? = nil, headers: HeaderList = [:]
  ) async throws -> Answer {
    try await Self.call(port: adminPort, method, path, body, headers)
  }

  private static func call(
    port: Int, _ method: String, _ path: String, _ body: String?, _ headers: HeaderList
  ) async throws -> Answer {
    let client = try await RawClient.connect(port: port)
    let host = HeaderList.Field(name: "host", value: "127.0.0.1:\(port)")
    client.request(
      method, path, body: body, headers: headers["host"] == nil ? HeaderList([host] + headers.fields) : headers)
    let answer = try await client.answer(toHead: method == "HEAD")
    await client.close()
    return answer
  }
}

/// Bodies of chat calls.
package enum ChatBody {
  /// - Parameter members: further members, as JSON text.
  package static func plain(model: String = "m", _ members: String = "") -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]\#(members.isEmpty ? "" : ",")\#(members)}"#
  }

  package static func streamed(model: String = "m", _ members: String = "") -> String {
    plain(model: model, #""stream":true\#(members.isEmpty ? "" : ",")\#(members)"#)
  }
}
