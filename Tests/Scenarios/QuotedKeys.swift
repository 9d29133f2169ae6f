import Foundation
import GatewayTesting
import Testing

/// Providers quote the key that they were given. Nothing of it comes out, however the message is cut.
@Suite struct QuotedKeys {
  private static let key = "sk-prov-J7qW2mZx0123456789abcdefghijklmnopqrstuvwxyzTAIL"

  /// Messages that are cut (at 500 bytes; labels at 128, plain text at 2000) before, in and after the key.
  private static let paddings = [0, 100, 440, 450, 470, 480, 490, 492, 495, 499, 500, 600]

  private static func padded(_ padding: Int) -> String { String(repeating: "x", count: padding) + key + "." }

  /// Answers that quote the key, each with whether the call is streamed.
  private static let answers: [(isStream: Bool, script: Script)] =
    paddings.flatMap { padding -> [(Bool, Script)] in
      let message = padded(padding)
      let inStream = Script.Step.event(#"{"error":{"message":"\#(message)"}}"#)
      return [
        (false, [.error(500, message)]), (false, [.error(400, message)]), (false, [.error(401, message)]),
        (false, [.error(429, message)]), (true, [.error(404, message)]),
        (false, [.json(#"{"error":{"message":"\#(message)"}}"#)]), (false, [.json(#"{"error":"\#(message)"}"#)]),
        (true, [.json(#"{"error":{"message":"\#(message)"}}"#)]),
        (true, [.streamHead, inStream, .end]), (true, [.streamHead, .content("a"), inStream, .end]),
      ]
    }
    + [80, 100, 120, 127].flatMap { padding -> [(Bool, Script)] in
      let label = padded(padding)
      let error = #"{"error":{"message":"m","type":"\#(label)","code":"\#(label)","param":"\#(label)"}}"#
      return [
        (false, [.json(error, status: 500)]), (false, [.json(error, status: 400)]), (false, [.json(error)]),
        (true, [.streamHead, .content("a"), .event(error), .end]),
      ]
    }
    + [480, 495, 1960, 1990].flatMap { padding -> [(Bool, Script)] in
      [(false, [.json(padded(padding), status: 500)]), (false, [.json(padded(padding), status: 400)])]
    }

  @Test func noPartOfAKeyIsShown() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { Self.answers[min($0.index, Self.answers.count - 1)].script }
      // No attempt may be left out: each answer is asked for once, in order.
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:UP_KEY]", top: "server: { health: { failures: 1000 } }",
        environment: ["UP_KEY": Self.key])
      for (index, answer) in Self.answers.enumerated() {
        let client = try await gateway.connect()
        client.post(
          "/v1/chat/completions", answer.isStream ? ChatBody.streamed() : ChatBody.plain(),
          headers: ["connection": "close"])
        let shown = String(decoding: try await client.bytesUntilClosed(), as: UTF8.self)
        #expect(shown.hasPrefix("HTTP/1.1 "))
        #expect(!shown.contains(Self.key.prefix(8)), "answer \(index): \(shown)")
        #expect(upstream.requests.count == index + 1)
      }
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      #expect(try gateway.accessLog().count == Self.answers.count)
      let lines = (gateway.child.output + gateway.child.errorOutput).split(separator: "\n")
      #expect(!lines.contains { $0.contains(Self.key.prefix(8)) })
    }
  }

  @Test func theRestOfTheMessageIsShown() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(400, "the key \(Self.key) may not use this model")])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:UP_KEY]", environment: ["UP_KEY": Self.key])
      let message = try await gateway.chat().error()["message"]?.string ?? ""
      #expect(message.contains("the key ") && message.contains(" may not use this model"))
    }
  }
}
