import GatewayTesting
import Testing

/// Chat calls as messages of one WebSocket.
@Suite struct ChatOverWebSocket {
  private static let path = "/v1/chat/completions"

  private func withSocket(
    _ director: @escaping ScriptedUpstream.Director, top: String = "",
    _ body: (FrameWire, GatewayProcess, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(director: director)
      let gateway = try await scenario.gateway(to: upstream, top: top)
      let (head, frames) = try await gateway.socket(Self.path)
      #expect(head.status == 101)
      try await body(frames, gateway, upstream)
    }
  }

  @Test func aPlainCallIsAnsweredByOneMessage() async throws {
    try await withSocket({ _ in [.chat("fine")] }) { frames, gateway, upstream in
      frames.send(ChatBody.plain())
      let answer = try await frames.frame()
      #expect(answer.opcode == .text)
      #expect(try answer.json()["choices"]?[0]?["message"]?["content"]?.string == "fine")
      #expect(upstream.requests.first?.method == "POST")
      #expect(upstream.requests.first?.target == "/v1/chat/completions")
      #expect(upstream.requests.first?.headers.names.contains { $0.hasPrefix("sec-websocket") } == false)
      let line = try await gateway.logged { $0["method"]?.string == "POST" }
      #expect(line["outcome"]?.string == "success")
      #expect(line["model"]?.string == "m")
      #expect(line["usage"]?["output"]?.number == 2)
    }
  }

  @Test func aStreamIsAnsweredByAMessageForEachEvent() async throws {
    try await withSocket({ _ in .stream("one ", "two", usage: (5, 2)) }) { frames, _, _ in
      frames.send(ChatBody.streamed(#""stream_options":{"include_usage":true}"#))
      var content = ""
      var usage: Double?
      while true {
        let frame = try await frames.frame()
        if frame.text == "[DONE]" { break }
        content += try frame.json()["choices"]?[0]?["delta"]?["content"]?.string ?? ""
        usage = try frame.json()["usage"]?["total_tokens"]?.number ?? usage
      }
      #expect(content == "one two")
      #expect(usage == 7)
    }
  }

  @Test func callsAreAnsweredInOrder() async throws {
    try await withSocket({ $0.text.contains("true") ? .stream("\($0.index)") : [.chat("\($0.index)")] }) {
      frames, gateway, upstream in
      for _ in 0..<5 { frames.send(ChatBody.plain()) }
      frames.send(ChatBody.streamed())
      frames.send(ChatBody.plain())
      for index in 0..<5 {
        let answer = try await frames.frame()
        #expect(try answer.json()["choices"]?[0]?["message"]?["content"]?.string == "\(index)")
      }
      while try await frames.frame().text != "[DONE]" {}
      let answer = try await frames.frame()
      #expect(try answer.json()["choices"]?[0]?["message"]?["content"]?.string == "6")
      #expect(upstream.requests.count == 7)
      try await eventually("eight exchanges are in the log") { try gateway.accessLog().count == 8 }
    }
  }

  @Test func anErrorIsAMessageAndTheConnectionStays() async throws {
    try await withSocket({ $0.index == 0 ? [.error(400, "bad idea")] : [.chat("fine")] }) { frames, _, _ in
      for (message, code) in [
        ("not JSON", "invalid_json"), (ChatBody.plain(model: "n"), "model_not_found"),
        (ChatBody.plain(), "upstream_code"), ("{}", "missing_required_parameter"),
      ] {
        frames.send(message)
        let answer = try await frames.frame()
        #expect(try answer.json()["error"]?["code"]?.string == code)
      }
      frames.send(ChatBody.plain())
      let answer = try await frames.frame()
      #expect(try answer.json()["choices"] != nil)
    }
  }

  @Test func aStreamThatBreaksEndsWithAnError() async throws {
    try await withSocket({ _ in [.streamHead, .content("a"), .close] }) { frames, _, _ in
      frames.send(ChatBody.streamed())
      var last = try await frames.frame()
      while try last.json()["error"] == nil { last = try await frames.frame() }
      #expect(try last.json()["error"]?["type"]?.string == "api_error")
    }
  }

  @Test func failoverWorksAsForPlainCalls() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(503)])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(to: primary, backup)
      let (_, frames) = try await gateway.socket(Self.path)
      frames.send(ChatBody.plain())
      let answer = try await frames.frame()
      #expect(try answer.json()["choices"]?[0]?["message"]?["content"]?.string == "from the backup")
    }
  }

  @Test func aBrowsersKeyCountsForEveryCall() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(
        to: upstream, top: "consumers: { app: { keys: [env:APP_KEY] } }", environment: ["APP_KEY": "sk-app-1"])
      #expect(try await gateway.refusedSocket(Self.path).status == 401)
      let (head, frames) = try await gateway.socket(
        Self.path, headers: ["sec-websocket-protocol": "chat, openai-insecure-api-key.sk-app-1"])
      #expect(head.headers.all("sec-websocket-protocol") == ["chat"])
      for _ in 0..<2 {
        frames.send(ChatBody.plain())
        let answer = try await frames.frame()
        #expect(try answer.json()["choices"] != nil)
      }
      try await eventually("all is logged") { try gateway.accessLog().count == 4 }
      let calls = try gateway.accessLog().filter { $0["method"]?.string == "POST" }
      #expect(calls.map { $0["consumer"]?.string } == ["app", "app"])
      #expect(upstream.requests.allSatisfy { !$0.headers.text.contains("sk-app-1") })
    }
  }

  @Test func pingsAreAnsweredWhileACallRuns() async throws {
    let gate = Gate()
    try await withSocket({ _ in [.wait(gate), .chat("fine")] }) { frames, _, upstream in
      frames.send(ChatBody.plain())
      _ = try await upstream.request()
      frames.send(SocketFrame(.ping, [1, 2, 3]))
      try await frames.expect(SocketFrame(.pong, [1, 2, 3]))
      gate.open()
      let answer = try await frames.frame()
      #expect(try answer.json()["choices"] != nil)
    }
  }

  @Test func aCloseEndsTheRunningCall() async throws {
    try await withSocket({ _ in [.streamHead, .content("a"), .hang] }) { frames, gateway, upstream in
      frames.send(ChatBody.streamed())
      _ = try await frames.frame()
      frames.send(.close(1000))
      var frame = try await frames.frame()
      while frame.opcode != .close { frame = try await frames.frame() }
      #expect(frame.closeCode == 1000)
      try await eventually("the provider is let go") { upstream.openConnectionCount == 0 }
      let line = try await gateway.logged { $0["method"]?.string == "POST" }
      #expect(line["outcome"]?.string == "client_gone")
    }
  }

  private static let faults: [(frame: SocketFrame, code: Int)] = [
    (SocketFrame(.binary, [1]), 1003), (SocketFrame(.text, [0xC3, 0x28]), 1007),
    (SocketFrame(.text, [UInt8](repeating: 32, count: 5000)), 1009),
  ]

  @Test(arguments: faults.indices)
  func whatIsNoCallEndsTheConnection(_ index: Int) async throws {
    try await withSocket({ _ in [.chat("fine")] }, top: "server: { limits: { body: 4KiB } }") { frames, _, _ in
      frames.send(Self.faults[index].frame)
      let close = try await frames.frame()
      #expect(close.closeCode == Self.faults[index].code)
    }
  }

  @Test func aSilentConnectionIsClosed() async throws {
    try await withSocket({ _ in [.chat("fine")] }, top: "server: { timeouts: { idle: 300ms } }") { frames, _, _ in
      let close = try await frames.frame()
      #expect(close.closeCode == 1001)
    }
  }

  @Test func aDrainWaitsForTheRunningCallAndClosesTheRest() async throws {
    let gate = Gate()
    try await withSocket({ _ in [.streamHead, .content("a"), .wait(gate), .finish(), .done, .end] }) {
      frames, gateway, _ in
      let (_, idle) = try await gateway.socket(Self.path)
      frames.send(ChatBody.streamed())
      _ = try await frames.frame()
      gateway.terminate()
      #expect(try await idle.frame().closeCode == 1001)
      gate.open()
      var frame = try await frames.frame()
      while frame.text != "[DONE]" { frame = try await frames.frame() }
      let close = try await frames.frame()
      #expect(close.closeCode == 1001)
      frames.send(.close(1001))
      idle.send(.close(1001))
      #expect(try await gateway.child.exited() == 0)
    }
  }

  @Test func aCallThatOutlastsTheDrainIsToldSo() async throws {
    try await withSocket({ _ in [.streamHead, .content("a"), .hang] }, top: "server: { drain: 500ms }") {
      frames, gateway, _ in
      frames.send(ChatBody.streamed())
      _ = try await frames.frame()
      gateway.terminate()
      var frame = try await frames.frame()
      while try frame.json()["error"] == nil { frame = try await frames.frame() }
      #expect(try frame.json()["error"]?["code"]?.string == "draining")
      let close = try await frames.frame()
      #expect(close.closeCode == 1001)
      #expect(try await gateway.child.exited() == 0)
      #expect(try gateway.accessLog().last?["outcome"]?.string == "cut")
    }
  }

  @Test func withoutAnUpgradeThePathTakesNoGet() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      #expect(try await gateway.call("GET", Self.path).status == 405)
      #expect(try await gateway.refusedSocket("/v1/embeddings").status == 405)
    }
  }
}
