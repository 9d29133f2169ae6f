import GatewayTesting
import Testing

/// What a provider keeps for one consumer is out of reach for another: ids carry the proof, and lists show one's own.
@Suite struct SeparateObjects {
  private static let ann: HeaderList = ["authorization": "Bearer sk-ann-0123456789"]
  private static let ben: HeaderList = ["authorization": "Bearer sk-ben-0123456789"]
  private static let environment = [
    "KEY_A": "sk-a", "KEY_B": "sk-b", "ANN": "sk-ann-0123456789", "ANN2": "sk-ann-9876543210",
    "BEN": "sk-ben-0123456789",
  ]

  private static func configuration(
    _ a: ScriptedUpstream, _ b: ScriptedUpstream? = nil, server: String = "", targets: String = "a/up"
  ) -> String {
    """
    \(server)
    providers:
      a: { kind: openai, url: "\(a.url)", keys: [env:KEY_A] }
      \(b.map { "b: { kind: openai-compatible, url: \"\($0.url)\", keys: [env:KEY_B], dialect: openai-responses }" } ?? "c: { kind: echo }")
    models:
      m: { targets: [\(targets)], retry: { attempts: 0 } }
      n: { targets: [\(b == nil ? "c/echo" : "b/other")], retry: { attempts: 0 } }
    consumers:
      ann: { keys: [env:ANN, env:ANN2] }
      ben: { keys: [env:BEN] }
    """
  }

  private static let batch = #"{"id":"batch_1","object":"batch","input_file_id":"file-1","output_file_id":"file-2"}"#

  /// The id of a batch that Ann has made, with Ann's tag.
  private static func made(_ gateway: GatewayProcess) async throws -> String {
    let answer = try await gateway.call(
      "POST", "/v1/batches", #"{"endpoint":"/v1/chat/completions"}"#, headers: ann)
    return try #require(try answer.json()["id"]?.string)
  }

  @Test func anIdEndsWithItsProviderAndHasATagBeforeIt() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let id = try await Self.made(gateway)
      #expect(id.wholeMatch(of: /batch_1~[a-z2-7]{16}~a/) != nil, "\(id)")
      let again = try await gateway.call("GET", "/v1/batches/\(id)", headers: Self.ann)
      #expect(try again.json()["id"]?.string == id)
      #expect(try await a.request(1).target == "/v1/batches/batch_1")
    }
  }

  @Test func anyKeyOfTheSameConsumerWillDo() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let id = try await Self.made(gateway)
      let answer = try await gateway.call(
        "GET", "/v1/batches/\(id)", headers: ["x-api-key": "sk-ann-9876543210"])
      #expect(answer.status == 200)
    }
  }

  @Test func anotherConsumerFindsNothing() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let id = try await Self.made(gateway)
      let wrong = id.replacing(/~[a-z2-7]{16}~/, with: "~aaaaaaaaaaaaaaaa~")
      for (id, headers) in [
        (id, Self.ben), ("batch_1~a", Self.ben), ("batch_1~a", Self.ann), ("batch_1", Self.ben), (wrong, Self.ann),
        (id.replacing("batch_1", with: "batch_2"), Self.ann),
      ] {
        for (method, path) in [("GET", ""), ("POST", "/cancel")] {
          let answer = try await gateway.call(method, "/v1/batches/\(id)\(path)", headers: headers)
          #expect(answer.status == 404, "\(method) \(id)")
          #expect(try answer.error()["code"]?.string == "unknown_object")
        }
      }
      #expect(a.requests.count == 1)
    }
  }

  @Test(arguments: [
    ("/v1/batches", #"{"input_file_id":"ID","endpoint":"/v1/responses"}"#, "input_file_id"),
    ("/v1/fine_tuning/jobs", #"{"model":"gpt","training_file":"ID"}"#, "training_file"),
    ("/v1/vector_stores", #"{"file_ids":["ID"]}"#, "file_ids[0]"),
    ("/v1/responses", #"{"model":"m","input":"x","previous_response_id":"ID"}"#, "previous_response_id"),
    (
      "/v1/responses", #"{"model":"m","input":"x","previous\u005fresponse_\u0069d":"ID"}"#,
      "previous_response_id"
    ),
    (
      "/v1/responses",
      #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_id":"ID"}]}]}"#,
      "input[0].content[0].file_id"
    ),
    (
      "/v1/responses", #"{"model":"m","input":"x","tools":[{"type":"file_search","vector_store_ids":["ID"]}]}"#,
      "tools[0].vector_store_ids[0]"
    ),
    (
      "/v1/chat/completions",
      #"{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"ID"}}]}]}"#,
      "messages[0].content[0].file.file_id"
    ),
  ])
  func anIdOfAnotherIsNoUseInABody(_ path: String, _ body: String, _ place: String) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let id = try await Self.made(gateway)
      for foreign in [id, "batch_1~a", "batch_1"] {
        let answer = try await gateway.call(
          "POST", path, body.replacing("ID", with: foreign), headers: Self.ben)
        #expect(answer.status == 404, "\(foreign)")
        #expect(try answer.error()["param"]?.string == place)
      }
      #expect(a.requests.count == 1)
      _ = try await gateway.call("POST", path, body.replacing("ID", with: id), headers: Self.ann)
      #expect(try await a.request(1).text.contains(#""batch_1""#))
    }
  }

  @Test(arguments: [
    ("GET", "/v1/files//"), ("POST", "/v1/files//"), ("GET", "/v1/files/content"), ("GET", "/v1/vector_stores/files"),
    ("GET", "/v1/batches/%62atch_1"), ("GET", "/v1/batches/batch_1/"),
  ])
  func noOtherWayOfWritingAPathLeadsThere(_ method: String, _ path: String) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      #expect(try await gateway.call(method, path, headers: Self.ben).status == 404)
      #expect(a.requests.isEmpty)
    }
  }

  @Test(arguments: [
    ("/v1/batches", "text/plain", #"{"input_file_id":"file-1"}"#, 415),
    ("/v1/batches", "application/x-www-form-urlencoded", "input_file_id=file-1", 415),
    ("/v1/batches", "multipart/form-data; boundary=B", Self.form("input_file_id"), 400),
    ("/v1/videos", "multipart/form-data; boundary=B", Self.form("input_reference[file_id]"), 400),
    ("/v1/videos/edits", "multipart/form-data; boundary=B", Self.form("video[id]"), 400),
    ("/v1/vector_stores", "multipart/form-data; boundary=B", Self.form("file_ids[0]"), 400),
  ])
  func noOtherKindOfBodyLeadsThere(_ path: String, _ type: String, _ body: String, _ status: Int) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let headers = HeaderList([HeaderList.Field(name: "content-type", value: type)] + Self.ben.fields)
      let answer = try await gateway.call("POST", path, body, headers: headers)
      #expect(answer.status == status, "\(answer.text)")
      if status == 400 { #expect(try answer.error()["message"]?.string?.contains("names an object") == true) }
      #expect(a.requests.isEmpty)
    }
  }

  private static func form(_ field: String) -> String {
    "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
      + "--B\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\nfile-1\r\n--B--\r\n"
  }

  @Test func whatACallerCallsItsOwnIsNoIdOfOurs() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let body = #"""
        {"model":"m","metadata":{"file_id":"7"},"messages":[{"role":"user","content":"file_id"}],"tools":[{"type":"function",\#
        "function":{"name":"read","parameters":{"properties":{"file_id":{"const":"7"}},"file_id":"7"}}}]}
        """#
      let answer = try await gateway.call("POST", "/v1/chat/completions", body, headers: Self.ben)
      #expect(answer.status == 200)
      #expect(try await a.request().text == body.replacing(#""m""#, with: #""up""#))
    }
  }

  @Test func aProviderThatKeepsNothingIsAskedWithItsOwnIds() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.error(500)])
      let b = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(a).replacing("c: { kind: echo }", with: "d: { kind: deepseek, url: \"\(b.url)\" }")
          .replacing("[a/up]", with: "[a/up, d/deep]").replacing("c/echo", with: "d/deep"),
        environment: Self.environment)
      let answer = try await gateway.call(
        "POST", "/v1/chat/completions",
        #"{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"theirs"}}]}]}"#,
        headers: Self.ben)
      #expect(answer.status == 200)
      #expect(try await b.request().text.contains(#""file_id":"theirs""#))
      #expect(a.requests.isEmpty)
    }
  }

  // MARK: Lists

  @Test func listsShowWhatIsOnesOwn() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.method == "POST"
          ? [.json(#"{"id":"batch_\#(request.index)","object":"batch"}"#)]
          : [.json(#"{"id":"\#(request.target.split(separator: "/").last ?? "")","object":"batch"}"#)]
      }
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      for headers in [Self.ann, Self.ben, Self.ann, Self.ann] {
        _ = try await gateway.call("POST", "/v1/batches", "{}", headers: headers)
      }
      func ids(_ headers: HeaderList, _ query: String = "") async throws -> (ids: [String], last: String?, more: Bool?)
      {
        let list = try await gateway.call("GET", "/v1/batches\(query)", headers: headers).json()
        let ids = (list["data"]?.elements ?? []).compactMap { $0["id"]?.string }
        return (ids.map { String($0.prefix { $0 != "~" }) }, list["last_id"]?.string, list["has_more"]?.bool)
      }
      let all = try await ids(Self.ann)
      #expect(all.ids == ["batch_3", "batch_2", "batch_0"] && all.more == false)
      #expect(try await ids(Self.ben).ids == ["batch_1"])
      let first = try await ids(Self.ann, "?limit=2")
      #expect(first.ids == ["batch_3", "batch_2"] && first.more == true)
      let last = try #require(first.last)
      #expect(try await ids(Self.ann, "?limit=2&after=\(last)").ids == ["batch_0"])
      #expect(try await ids(Self.ann, "?order=asc").ids == ["batch_0", "batch_2", "batch_3"])
      #expect(try await gateway.call("GET", "/v1/batches?after=\(last)", headers: Self.ben).status == 404)
      let found = try await gateway.call("GET", "/v1/batches/\(last)", headers: Self.ann)
      #expect(found.status == 200)
    }
  }

  @Test func whoHasNothingGetsAnEmptyListAndNobodyIsAsked() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let list = try await gateway.call("GET", "/v1/files", headers: Self.ben)
      #expect(list.text == #"{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"#)
      #expect(a.requests.isEmpty)
    }
  }

  @Test func whatWasDeletedIsNotListed() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        switch (request.method, request.target) {
        case ("POST", _): [.json(#"{"id":"file-\#(request.index)","object":"file","purpose":"user_data"}"#)]
        case ("DELETE", _): [.json(#"{"id":"file-0","object":"file","deleted":true}"#)]
        // Deleted at the provider's site.
        case (_, "/v1/files/file-1"): [.error(404)]
        default: [.json(#"{"id":"file-2","object":"file","purpose":"user_data"}"#)]
        }
      }
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      var ids: [String] = []
      for _ in 0..<3 {
        let made = try await gateway.call("POST", "/v1/files", "{}", headers: Self.ann)
        ids.append(try #require(try made.json()["id"]?.string))
      }
      #expect(try await gateway.call("DELETE", "/v1/files/\(ids[0])", headers: Self.ann).status == 200)
      let list = try await gateway.call("GET", "/v1/files", headers: Self.ann)
      #expect(try list.json()["data"]?.elements.count == 1)
      #expect(try list.json()["data"]?[0]?["id"]?.string == ids[2])
      let asked = a.requests.count
      #expect(try await gateway.call("GET", "/v1/files?purpose=user_data", headers: Self.ann).status == 200)
      #expect(a.requests.count == asked + 1)
      let others = try await gateway.call("GET", "/v1/files?purpose=batch", headers: Self.ann).json()
      #expect(others["data"]?.elements.isEmpty == true)
      #expect(a.requests.count == asked + 1)
    }
  }

  @Test func theFileThatABatchHasMadeIsListed() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.target.hasPrefix("/v1/batches") ? [.json(Self.batch)] : [.json(#"{"id":"file-2","object":"file"}"#)]
      }
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      _ = try await Self.made(gateway)
      let list = try await gateway.call("GET", "/v1/files", headers: Self.ann).json()
      let id = try #require(list["data"]?[0]?["id"]?.string)
      let content = try await gateway.call("GET", "/v1/files/\(id)/content", headers: Self.ann)
      #expect(content.status == 200)
    }
  }

  // MARK: Responses

  private static let response = #"""
    {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"up","output":[{"type":"message",\#
    "id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],\#
    "previous_response_id":null,"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}
    """#

  @Test func aResponseIsGoneOnWithByItsOwnConsumer() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.error(500)])
      let b = try await scenario.upstream([.json(Self.response)])
      let gateway = try await scenario.gateway(
        Self.configuration(a, b, targets: "a/up, b/other"), environment: Self.environment)
      let first = try await gateway.call(
        "POST", "/v1/responses", #"{"model":"m","input":"x"}"#, headers: Self.ann)
      let id = try #require(try first.json()["id"]?.string)
      // Of the target that has answered.
      #expect(id.wholeMatch(of: /resp_1~[a-z2-7]{16}~b/) != nil, "\(id)")
      let next = #"{"model":"m","input":"y","previous_response_id":"\#(id)"}"#
      #expect(try await gateway.call("POST", "/v1/responses", next, headers: Self.ann).status == 200)
      #expect(try await b.request(1).text == #"{"model":"other","input":"y","previous_response_id":"resp_1"}"#)
      #expect(try await gateway.call("POST", "/v1/responses", next, headers: Self.ben).status == 404)
      #expect(try await gateway.call("DELETE", "/v1/responses/\(id)", headers: Self.ben).status == 404)
      #expect(b.requests.count == 2)
    }
  }

  // MARK: Other ways

  @Test func whereObjectsAreSharedAllReachThem() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.method == "POST" || request.target != "/v1/batches"
          ? [.json(Self.batch)] : [.json(#"{"object":"list","data":[\#(Self.batch)]}"#)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration(a, server: "server: { objects: shared }"), environment: Self.environment)
      let id = try await Self.made(gateway)
      #expect(id == "batch_1~a")
      // An id from days when it was not shared.
      for id in [id, "batch_1~abcdefghijklmnop~a", "batch_1"] {
        #expect(try await gateway.call("GET", "/v1/batches/\(id)", headers: Self.ben).status == 200)
        #expect(try #require(a.requests.last).target == "/v1/batches/batch_1")
      }
      let list = try await gateway.call("GET", "/v1/batches", headers: Self.ben)
      #expect(list.text.contains(#""data":[{"id":"batch_1~a""#))
    }
  }

  @Test func whatAConsumerMadeAloneIsListedWhenAnotherComes() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.batch)])
      let both = Self.configuration(a)
      let gateway = try await scenario.gateway(
        both.replacing("  ben: { keys: [env:BEN] }", with: ""), environment: Self.environment)
      #expect(try await Self.made(gateway) == "batch_1~a")
      try gateway.save(both)
      try await eventually("the second consumer") {
        try await gateway.call("GET", "/v1/batches", headers: Self.ben).status == 200
      }
      #expect(try await gateway.call("GET", "/v1/batches/batch_1~a", headers: Self.ann).status == 404)
      let list = try await gateway.call("GET", "/v1/batches", headers: Self.ann).json()
      let id = try #require(list["data"]?[0]?["id"]?.string)
      #expect(try await gateway.call("GET", "/v1/batches/\(id)", headers: Self.ann).status == 200)
    }
  }

  @Test func aBatchFileInPartsIsRefused() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(#"{"id":"upload_1","object":"upload"}"#)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.environment)
      let body = #"{"purpose":"batch","bytes":3,"filename":"x","mime_type":"text/plain"}"#
      let answer = try await gateway.call("POST", "/v1/uploads", body, headers: Self.ann)
      #expect(answer.status == 400)
      #expect(try answer.error()["param"]?.string == "purpose")
      let other = try await gateway.call(
        "POST", "/v1/uploads", body.replacing("batch", with: "user_data"), headers: Self.ann)
      #expect(other.status == 200)
    }
  }
}
