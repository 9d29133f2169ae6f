import GatewayTesting
import Testing

/// The lines of a batch file name models of the gateway; the provider gets its own names.
@Suite struct BatchFiles {
  private static let environment = [
    "KEY_A": "sk-a", "KEY_B": "sk-b", "ANN": "sk-ann-0123456789", "BEN": "sk-ben-0123456789",
  ]

  private static func configuration(_ a: ScriptedUpstream, _ b: ScriptedUpstream? = nil, further: String = "") -> String
  {
    """
    providers:
      a: { kind: openai, url: "\(a.url)", keys: [env:KEY_A] }
      \(b.map { "b: { kind: openai-compatible, url: \"\($0.url)\", keys: [env:KEY_B] }" } ?? "c: { kind: echo }")
    models:
      m: { targets: [a/up-m], retry: { attempts: 0 } }
      n: { targets: [\(b == nil ? "c/echo, m" : "b/up-n, a/late")], retry: { attempts: 0 } }
      o: { targets: [\(b == nil ? "c/echo" : "b/up-o")], retry: { attempts: 0 } }
    \(further)
    """
  }

  private static func form(_ lines: String, purpose: String = "batch", isFileFirst: Bool = false) -> String {
    let purpose = "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n\(purpose)\r\n"
    let file =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lines.jsonl\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\(lines)\r\n"
    return (isFileFirst ? file + purpose : purpose + file) + "--B--\r\n"
  }

  private static func line(_ id: Int, _ model: String, _ further: String = "") -> String {
    #"{"custom_id":"\#(id)","method":"POST","url":"/v1/chat/completions","body":{ "model" : "\#(model)"\#(further)}}"#
  }

  private static func upload(
    _ form: String, to gateway: GatewayProcess, headers: HeaderList = [:], query: String = ""
  ) async throws -> Answer {
    let type = HeaderList.Field(name: "content-type", value: "multipart/form-data; boundary=B")
    return try await gateway.call("POST", "/v1/files\(query)", form, headers: HeaderList([type] + headers.fields))
  }

  private static let file = #"{"id":"file-1","object":"file","purpose":"batch"}"#

  @Test(arguments: [false, true])
  func theModelsOfItsLinesBecomeTheProviders(_ isFileFirst: Bool) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let lines = [
        Self.line(1, "m"), "", Self.line(2, "n", #","messages":[{"content":"\u00e9 1e0"}]"#), Self.line(3, "up-m"),
        Self.line(4, "a/up-m") + "\r", #"{"custom_id":"5"}"#, Self.line(6, "\\u006d"),
      ]
      let answer = try await Self.upload(
        Self.form(lines.joined(separator: "\n"), isFileFirst: isFileFirst), to: gateway)
      #expect(answer.status == 200, "\(answer.text)")
      let expected = lines.enumerated().map { index, line in
        line.replacing(/"model" : "[^"]*"/, with: #""model" : "up-m""#)
      }
      let sent = try await a.request()
      #expect(sent.text == Self.form(expected.joined(separator: "\n"), isFileFirst: isFileFirst))
      #expect(sent.headers["content-length"] == "\(sent.text.utf8.count)")
    }
  }

  @Test(arguments: [
    ("no-such", "the model 'no-such' does not exist"), ("o", "'o' has no target at provider 'a'"),
    ("c/echo", "the model 'c/echo' does not exist"),
  ])
  func aModelThatCannotRunThereIsRefusedWithItsLine(_ model: String, _ message: String) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let answer = try await Self.upload(
        Self.form([Self.line(1, "m"), "", Self.line(2, model)].joined(separator: "\n")), to: gateway)
      #expect(answer.status == 400)
      let error = try answer.error()
      #expect(error["param"]?.string == "body.model")
      #expect(
        error["message"]?.string?.hasPrefix("line 3 of the batch file, 'body.model': \(message)") == true, "\(error)")
      #expect(a.requests.isEmpty)
    }
  }

  @Test func aLineThatIsNoJSONIsRefused() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let answer = try await Self.upload(Self.form(Self.line(1, "m") + "\n{\"body\":\n"), to: gateway)
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.hasPrefix("line 2 of the batch file is not valid JSON") == true)
      let twice = Self.line(1, "m", #","model":"gpt-secret""#)
      #expect(try await Self.upload(Self.form(twice), to: gateway).status == 400)
      #expect(a.requests.isEmpty)
    }
  }

  @Test func otherFilesAreNotRead() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let form = Self.form(Self.line(1, "no-such") + "\nno JSON", purpose: "fine-tune")
      #expect(try await Self.upload(form, to: gateway).status == 200)
      #expect(try await a.request().text == form)
    }
  }

  @Test func aConsumerNamesModelsThatItMayUse() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(
        Self.configuration(a, further: "consumers: { ann: { keys: [env:ANN], models: [m] } }"),
        environment: Self.environment)
      let headers: HeaderList = ["authorization": "Bearer sk-ann-0123456789"]
      #expect(try await Self.upload(Self.form(Self.line(1, "m")), to: gateway, headers: headers).status == 200)
      let refused = try await Self.upload(Self.form(Self.line(1, "n")), to: gateway, headers: headers)
      #expect(refused.status == 400)
      #expect(try refused.error()["message"]?.string?.contains("may not use the model 'n'") == true)
      let parts = try await gateway.call("POST", "/v1/uploads", #"{"purpose":"batch"}"#, headers: headers)
      #expect(parts.status == 400)
      #expect(a.requests.count == 1)
    }
  }

  @Test func theFirstLinesModelSaysWhichProviderKeepsIt() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let b = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.environment)
      let both = [Self.line(1, "n"), Self.line(2, "o")].joined(separator: "\n")
      let made = try await Self.upload(Self.form(both), to: gateway)
      #expect(try made.json()["id"]?.string == "file-1~b")
      #expect(try await b.request().text.contains(#""model" : "up-o""#))
      let named = try await Self.upload(Self.form(Self.line(1, "n")), to: gateway, query: "?provider=a")
      #expect(try named.json()["id"]?.string == "file-1~a")
      #expect(try await a.request().text.contains(#""model" : "late""#))
      let apart = [Self.line(1, "m"), Self.line(2, "o")].joined(separator: "\n")
      #expect(try await Self.upload(Self.form(apart), to: gateway).status == 400)
      // Nothing says where it belongs.
      #expect(try await Self.upload(Self.form("{}"), to: gateway).status == 400)
    }
  }

  @Test func aLargeFileIsRewrittenWhole() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let long = #","messages":[{"role":"user","content":"\#(String(repeating: "x", count: 3000))"}]"#
      let lines = (0..<400).map { Self.line($0, "m", long) }.joined(separator: "\n")
      let answer = try await Self.upload(Self.form(lines), to: gateway)
      #expect(answer.status == 200)
      #expect(try await a.request().text == Self.form(lines.replacing(#""m""#, with: #""up-m""#)))
    }
  }

  @Test func aLineNamesWhatItsConsumerHas() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.file)])
      let gateway = try await scenario.gateway(
        Self.configuration(a, further: "consumers: { ann: { keys: [env:ANN] }, ben: { keys: [env:BEN] } }"),
        environment: Self.environment)
      let ann: HeaderList = ["authorization": "Bearer sk-ann-0123456789"]
      let made = try await Self.upload(Self.form(Self.line(1, "m")), to: gateway, headers: ann)
      let id = try #require(try made.json()["id"]?.string)
      let naming = Self.form(Self.line(1, "m", #","file_id":"\#(id)""#))
      #expect(try await Self.upload(naming, to: gateway, headers: ann).status == 200)
      #expect(try await a.request(1).text.contains(#""file_id":"file-1""#))
      for id in [id, "file-1"] {
        let form = Self.form("\n" + Self.line(1, "m", #","file_id":"\#(id)""#))
        let foreign = try await Self.upload(
          form, to: gateway, headers: ["authorization": "Bearer sk-ben-0123456789"])
        #expect(foreign.status == 404)
        #expect(try foreign.error()["message"]?.string?.hasPrefix("line 2 of the batch file") == true)
      }
      #expect(a.requests.count == 2)
    }
  }
}
