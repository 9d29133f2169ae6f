import GatewayTesting
import Testing

/// Files, batches, stored responses and the like live at one provider; their ids say at which.
@Suite struct StoredObjects {
  private static func configuration(_ a: ScriptedUpstream, _ b: ScriptedUpstream? = nil) -> String {
    """
    providers:
      a: { kind: openai, url: "\(a.url)", keys: [env:KEY_A] }
      \(b.map { "b: { kind: openai-compatible, url: \"\($0.url)\", keys: [env:KEY_B] }" } ?? "c: { kind: echo }")
    models:
      m: { targets: [a/up], retry: { attempts: 0 } }
      n: { targets: [\(b == nil ? "c/echo" : "b/other")], retry: { attempts: 0 } }
    """
  }

  private static let keys = ["KEY_A": "sk-a", "KEY_B": "sk-b"]

  @Test func aFileGetsTheNameOfItsProviderAndIsFoundByIt() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.method == "DELETE"
          ? [.json(#"{"id":"file-1","object":"file","deleted":true}"#)]
          : [.json(#"{"id":"file-1","object":"file","bytes":3,"filename":"~x","status_details":null}"#)]
      }
      let b = try await scenario.upstream([.error(500)])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let form = "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--B--\r\n"
      let made = try await gateway.call(
        "POST", "/v1/files", form,
        headers: ["content-type": "multipart/form-data; boundary=B", "x-sluice-provider": "a"])
      #expect(made.text == #"{"id":"file-1~a","object":"file","bytes":3,"filename":"~x","status_details":null}"#)
      let sent = try await a.request()
      #expect(sent.target == "/v1/files" && sent.text == form)
      #expect(sent.headers["content-type"] == "multipart/form-data; boundary=B")
      #expect(sent.headers["authorization"] == "Bearer sk-a")
      #expect(sent.headers["x-sluice-provider"] == nil)
      let found = try await gateway.call("GET", "/v1/files/file-1~a?x=1")
      #expect(try found.json()["id"]?.string == "file-1~a")
      let asked = try await a.request(1)
      #expect(asked.method == "GET" && asked.target == "/v1/files/file-1?x=1")
      #expect(asked.headers["content-length"] == nil && asked.headers["content-type"] == nil)
      #expect(try await gateway.call("DELETE", "/v1/files/file-1%7Ea").text.contains(#""id":"file-1~a""#))
      #expect(b.requests.isEmpty)
      let line = try await gateway.logged { $0["method"]?.string == "DELETE" }
      #expect(line["surface"]?.string == "files" && line["provider"]?.string == "a")
    }
  }

  @Test func theContentOfAFileIsNotTouched() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(#"{"id":"resp_1","file_id":"file-2"}"#)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let answer = try await gateway.call("GET", "/v1/files/file-1~a/content")
      #expect(answer.text == #"{"id":"resp_1","file_id":"file-2"}"#)
      #expect(try await a.request().target == "/v1/files/file-1/content")
    }
  }

  @Test func aBatchGoesWhereItsFileIs() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.error(500)])
      let b = try await scenario.upstream([
        .json(#"{"id":"batch_1","input_file_id":"file-1","output_file_id":null,"errors":null}"#)
      ])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let answer = try await gateway.call(
        "POST", "/v1/batches", #"{"input_file_id":"file-1~b","endpoint":"/v1/chat/completions","metadata":{"x":1e0}}"#)
      #expect(answer.text == #"{"id":"batch_1~b","input_file_id":"file-1~b","output_file_id":null,"errors":null}"#)
      #expect(
        try await b.request().text
          == #"{"input_file_id":"file-1","endpoint":"/v1/chat/completions","metadata":{"x":1e0}}"#)
      #expect(a.requests.isEmpty)
    }
  }

  @Test func whatIsMadeIsNotMadeTwice() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.error(500, "try later")])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let answer = try await gateway.call("POST", "/v1/batches", #"{"input_file_id":"f"}"#)
      #expect(answer.status == 500)
      #expect(answer.text.contains("try later"))
      #expect(a.requests.count == 1)
    }
  }

  @Test func severalProvidersMustBeToldApart() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json("{}")])
      let b = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let unnamed = try await gateway.call("POST", "/v1/batches", "{}")
      #expect(unnamed.status == 400)
      #expect(try unnamed.error()["message"]?.string?.contains("name one of 'a', 'b' in the header") == true)
      let unknown = try await gateway.call("POST", "/v1/batches?provider=zz", "{}")
      #expect(unknown.status == 404)
      let mixed = try await gateway.call("POST", "/v1/batches/x~a/cancel", #"{"file_id":"f~b"}"#)
      #expect(mixed.status == 400)
      #expect(a.requests.isEmpty && b.requests.isEmpty)
    }
  }

  @Test func listsAreThoseOfAllProviders() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([
        .json(#"{"object":"list","data":[{"id":"f1"},{"id":"f2"}],"has_more":false}"#)
      ])
      let b = try await scenario.upstream([.json(#"{"object":"list","data":[{"id":"g1"}],"has_more":true}"#)])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let all = try await gateway.call("GET", "/v1/files?limit=10")
      #expect(
        all.text
          == #"{"object":"list","data":[{"id":"f1~a"},{"id":"f2~a"},{"id":"g1~b"}],"first_id":"f1~a","last_id":"g1~b","has_more":true}"#
      )
      #expect(try await a.request().target == "/v1/files?limit=10")
      #expect(try await b.request().headers["authorization"] == "Bearer sk-b")
      let page = try await gateway.call("GET", "/v1/files?limit=1&after=f1~a")
      #expect(try page.json()["last_id"]?.string == "f1~a")
      #expect(try page.json()["has_more"]?.bool == true)
      #expect(try await a.request(1).target == "/v1/files?after=f1&limit=1")
      #expect(try await b.request(1).target == "/v1/files?limit=1")
      let last = try await gateway.call("GET", "/v1/files?after=g1~b")
      #expect(try last.json()["data"]?[0]?["id"]?.string == "g1~b")
      #expect(a.requests.count == 2)
    }
  }

  @Test func aProviderWithoutSuchAListHasNothingInIt() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(#"{"object":"list","data":[{"id":"f1"}]}"#)])
      let b = try await scenario.upstream([.error(404)])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let answer = try await gateway.call("GET", "/v1/batches")
      #expect(answer.status == 200)
      #expect(answer.text.contains(#""data":[{"id":"f1~a"}]"#))
    }
  }

  @Test func aListThatOneProviderFailsIsNoList() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(#"{"object":"list","data":[]}"#)])
      let b = try await scenario.upstream([.error(503, "down")])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let answer = try await gateway.call("GET", "/v1/files")
      #expect(answer.status == 503)
      #expect(answer.text.contains("down"))
    }
  }

  // MARK: Responses

  private static let response = #"""
    {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"up","output":[{"type":"message",\#
    "id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],\#
    "previous_response_id":null,"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}
    """#

  @Test func aResponseIsFoundByItsId() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.response)])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let first = try await gateway.call("POST", "/v1/responses", #"{"model":"m","input":"x"}"#)
      #expect(first.text == Self.response.replacing("resp_1", with: "resp_1~a"))
      let second = try await gateway.call(
        "POST", "/v1/responses", #"{"model":"m","input":"y","previous_response_id":"resp_1~a"}"#)
      #expect(second.status == 200)
      #expect(try await a.request(1).text == #"{"model":"up","input":"y","previous_response_id":"resp_1"}"#)
      let found = try await gateway.call("GET", "/v1/responses/resp_1~a?include[]=x")
      #expect(found.text == Self.response.replacing("resp_1", with: "resp_1~a"))
      #expect(try await a.request(2).target == "/v1/responses/resp_1?include[]=x")
    }
  }

  @Test func aStreamedResponseHasTheSameId() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([
        .streamHead,
        .chunk(
          "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\"}}\n\n"
        ),
        .chunk(
          "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]}}\n\n"
        ),
        .chunk(
          "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"hi\"}\n\n"
        ),
        .chunk("event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":\(Self.response)}\n\n"),
        .end,
      ])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let client = try await gateway.connect()
      client.post("/v1/responses", #"{"model":"m","input":"x","stream":true}"#)
      _ = try await client.head()
      let (events, isWhole) = try await client.remainingEvents()
      #expect(isWhole)
      let ids = try events.compactMap { try $0.json()["response"]?["id"]?.string }
      #expect(ids == ["resp_1~a", "resp_1~a"])
      #expect(try events[2].json()["item_id"]?.string == "msg_1")
    }
  }

  @Test func aStoredResponseReadAsAStreamHasTheSameIds() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let a = try await scenario.upstream([
        .streamHead, .chunk(": ping\n\n"),
        .chunk("event: response.created\nid: 7\ndata: {\"type\":\"response.created\",\"sequence_number\":0,"),
        .chunk("\"response\":{\"id\":\"resp_1\",\"previous_response_id\":\"resp_0\"}}\n\n"),
        .wait(gate),
        .chunk("event: response.output_text.delta\ndata: {\"item_id\":\"msg_1\",\"delta\":\"hi\"}\n\n"),
        .chunk("event: response.completed\ndata: {\"response\":\(Self.response)}\n\n"), .end,
      ])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let client = try await gateway.connect()
      client.request("GET", "/v1/responses/resp_1~a?stream=true&starting_after=3")
      #expect(try await client.head().headers["content-type"] == "text/event-stream")
      #expect(try await client.event()?.raw == ": ping")
      let first = try #require(try await client.event())
      #expect(
        first.data
          == #"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1~a","previous_response_id":"resp_0~a"}}"#
      )
      gate.open()
      let (events, isWhole) = try await client.remainingEvents()
      #expect(isWhole)
      #expect(try events[0].json()["item_id"]?.string == "msg_1")
      #expect(try events[1].json()["response"]?["id"]?.string == "resp_1~a")
      #expect(try await a.request().target == "/v1/responses/resp_1?stream=true&starting_after=3")
    }
  }

  @Test func aStoredResponsesStreamThatBreaksOffEndsWithAnError() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([
        .streamHead, .chunk("event: response.created\ndata: {\"response\":{\"id\":\"resp_1\"}}\n\n"), .reset,
      ])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let client = try await gateway.connect()
      client.request("GET", "/v1/responses/resp_1~a?stream=true")
      _ = try await client.head()
      let (events, isWhole) = try await client.remainingEvents()
      #expect(isWhole)
      #expect(events.count == 2)
      #expect(try events[1].json()["type"]?.string == "error")
    }
  }

  @Test func anObjectOfAnotherProviderIsNoUseToAModel() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json(Self.response)])
      let b = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(a, b), environment: Self.keys)
      let answer = try await gateway.chat(
        #"{"model":"n","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1~a"}}]}]}"#)
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains("provider 'a' keeps") == true)
      let right = try await gateway.chat(
        #"{"model":"n","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1~b"}}]}]}"#)
      #expect(right.status == 200)
      #expect(try await b.request().text.contains(#""file_id":"file-1""#))
    }
  }

  // MARK: Paths

  @Test(arguments: ["/v1/files/../models", "/v1/files/%2e%2E/x", "/v1/files/a%2fb", "/v1/filesx", "/v1/responses"])
  func noOtherPathOfTheProviderIsReached(_ path: String) async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json("{}")])
      let gateway = try await scenario.gateway(Self.configuration(a), environment: Self.keys)
      let answer = try await gateway.call("GET", path)
      #expect(answer.status == (path == "/v1/responses" ? 405 : 404))
      #expect(a.requests.isEmpty)
    }
  }

  @Test func aConsumerSeesProvidersOfItsModelsOnly() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream([.json("{}")])
      let b = try await scenario.upstream([.json(#"{"object":"list","data":[]}"#)])
      let gateway = try await scenario.gateway(
        Self.configuration(a, b) + "\nconsumers: { some: { keys: [env:CALLER], models: [n] } }",
        environment: Self.keys.merging(["CALLER": "sk-caller-0123456789"]) { $1 })
      let headers: HeaderList = ["authorization": "Bearer sk-caller-0123456789"]
      #expect(try await gateway.call("GET", "/v1/files/f~a", headers: headers).status == 404)
      #expect(try await gateway.call("GET", "/v1/files", headers: headers).status == 200)
      #expect(a.requests.isEmpty)
    }
  }
}
