import GatewayTesting
import Testing

@Suite struct StreamedCalls {
  @Test func theFirstContentLeavesBeforeTheUpstreamEnds() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([
        .streamHead, .role, .content("Hel"), .wait(gate), .content("lo"), .finish(), .done, .end,
      ])
      let (client, head) = try await scenario.gateway(to: upstream).stream()
      #expect(head.status == 200)
      #expect(head.headers["content-type"]?.hasPrefix("text/event-stream") == true)
      #expect(head.headers["x-sluice-target"] == "p0/up")
      #expect(try await client.event()?.content == "")
      #expect(try await client.event()?.content == "Hel")
      gate.open()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "lo")
      #expect(rest.events.last?.isDone == true)
    }
  }

  @Test func eachEventLeavesWhenItArrives() async throws {
    try await scenario { scenario in
      let gates = (0..<5).map { _ in Gate() }
      var steps: [Script.Step] = [.streamHead]
      for (index, gate) in gates.enumerated() { steps += [.content("\(index)"), .wait(gate)] }
      steps += [.finish(), .done, .end]
      let script = Script(steps)
      let upstream = try await scenario.upstream(script)
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      for (index, gate) in gates.enumerated() {
        #expect(try await client.event()?.content == "\(index)")
        gate.open()
      }
      #expect(try await client.remainingEvents().isWhole)
    }
  }

  @Test func theDataOfEveryEventPassesByteForByte() async throws {
    try await scenario { scenario in
      let odd = [
        #"{ "choices" : [ {"delta":{"content":"\u00e9\n☕","x_vendor":[1.0,1e3]},"index":0} ] , "system_fingerprint":null}"#,
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\": 1"}}]}}],"z":1}"#,
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]  }"#,
      ]
      let script = Script([.streamHead] + odd.map { .event($0) } + [.done, .end])
      let upstream = try await scenario.upstream(script)
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      #expect(try await client.remainingEvents().events.map(\.data) == odd + ["[DONE]"])
    }
  }

  @Test func reasoningIsContentToo() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([
        .streamHead, .role, .event(Script.Step.delta(#"{"reasoning_content":"hm"}"#)), .wait(gate), .content("x"),
        .finish(), .done, .end,
      ])
      let (client, head) = try await scenario.gateway(to: upstream).stream()
      #expect(head.status == 200)
      _ = try await client.event()
      #expect(try await client.event()?.data?.contains("reasoning_content") == true)
      gate.open()
      #expect(try await client.remainingEvents().isWhole)
    }
  }

  @Test func aMissingDoneIsAddedAfterAFinishReason() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("x"), .finish(), .end])
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.filter(\.isDone).count == 1)
      #expect(rest.events.last?.isDone == true)
    }
  }

  @Test func aStreamThatEndsWithItsConnectionIsWholeWithAFinishReason() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"),
        .text("data: \(Script.Step.delta(#"{"content":"x"}"#))\n\n"),
        .text("data: \(Script.Step.delta("{}", finish: #""stop""#))\n\ndata: [DONE]\n\n"), .close,
      ])
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "x")
      #expect(rest.events.last?.isDone == true)
    }
  }

  @Test func aJSONAnswerToAStreamedCallIsNotPassedOffAsAStream() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("whole")])
      let client = try await scenario.gateway(to: upstream).connect()
      client.post("/v1/chat/completions", ChatBody.streamed())
      let answer = try await client.answer()
      if answer.status == 200 {
        #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(try answer.content() == "whole")
      } else {
        #expect(answer.status == 502)
        #expect(try answer.error()["code"]?.string == "provider_error")
      }
    }
  }

  @Test func manyStreamsRunAtOnce() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        let nonce = (try? request.json()["user"]?.string) ?? "?"
        return .stream("\(nonce)-1;", "\(nonce)-2;", "\(nonce)-3;")
      }
      let gateway = try await scenario.gateway(to: upstream)
      try await withThrowingTaskGroup(of: (String, String, Bool).self) { group in
        for index in 0..<50 {
          group.addTask {
            let (client, _) = try await gateway.stream(ChatBody.streamed(#""user":"u\#(index)""#))
            let rest = try await client.remainingEvents()
            await client.close()
            return ("u\(index)", rest.events.content, rest.events.last?.isDone == true)
          }
        }
        for try await (user, content, done) in group {
          #expect(content == "\(user)-1;\(user)-2;\(user)-3;")
          #expect(done)
        }
      }
      try await eventually("no stream is counted as open") {
        try await gateway.metrics().value("sluice_open_streams") == 0
      }
    }
  }

  @Test func theTimesOfAStreamAreMeasured() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("a", "b", "c", usage: (4, 3)))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream()
      _ = try await client.remainingEvents()
      _ = try await gateway.logged()
      let labels = ["gen_ai_request_model": "m", "gen_ai_provider_name": "p0"]
      try await eventually("the metrics of the stream") {
        let metrics = try await gateway.metrics()
        return metrics.value("gen_ai_server_time_to_first_token_seconds_count", labels) == 1
          && metrics.value("gen_ai_server_time_per_output_token_seconds_count", labels) == 1
          && metrics.value("gen_ai_server_request_duration_seconds_count", labels) == 1
          && metrics.value("gen_ai_client_token_usage_sum", labels.merging(["gen_ai_token_type": "output"]) { $1 }) == 3
      }
    }
  }
}
