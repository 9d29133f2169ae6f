import GatewayTesting
import Testing

@Suite struct Drain {
  @Test func aRunningStreamFinishesAndTheProgramEndsWell() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([
        .streamHead, .content("a"), .wait(gate), .content("b"), .finish(), .done, .end,
      ])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.admin("GET", "/health/ready").status == 200)
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      gateway.terminate()
      try await eventually("it is no longer ready") {
        try await gateway.admin("GET", "/health/ready").status == 503
      }
      #expect(try await gateway.admin("GET", "/health/live").status == 200)
      try await eventually("new connections are refused") {
        do {
          await (try await gateway.connect()).close()
          return false
        } catch {
          return true
        }
      }
      #expect(gateway.child.exitCode == nil)
      gate.open()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "b")
      #expect(rest.events.last?.isDone == true)
      #expect(try await gateway.child.exited() == 0)
      #expect(try gateway.accessLog().last?["outcome"]?.string == "success")
    }
  }

  @Test func aRunningPlainCallFinishes() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([.wait(gate), .chat("in time")])
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      _ = try await upstream.request()
      gateway.terminate()
      try await eventually("it is no longer ready") {
        try await gateway.admin("GET", "/health/ready").status == 503
      }
      gate.open()
      let answer = try await client.answer()
      #expect(try answer.content() == "in time")
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await gateway.child.exited() == 0)
    }
  }

  @Test func idleConnectionsDoNotHoldItUp() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let silent = try await gateway.connect()
      let used = try await gateway.connect()
      used.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await used.answer().status == 200)
      gateway.terminate()
      #expect(try await gateway.child.exited(within: .seconds(8)) == 0)
      #expect(try await silent.bytesUntilClosed() == [])
      #expect(try await used.bytesUntilClosed() == [])
    }
  }

  @Test func aStreamThatOutlastsTheDrainGetsAnErrorEvent() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("a"), .hang])
      let gateway = try await scenario.gateway(to: upstream, top: "server: { drain: 500ms }")
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      gateway.terminate()
      let rest = try await client.remainingEvents()
      #expect(rest.events.last?.isError == true)
      #expect(!rest.events.contains { $0.isDone })
      #expect(try await gateway.child.exited() == 0)
      #expect(try gateway.accessLog().last?["outcome"]?.string == "cut")
    }
  }

  @Test func aSecondSignalEndsItAtOnce() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("a"), .hang])
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      gateway.terminate()
      try await eventually("it drains") { try await gateway.admin("GET", "/health/ready").status == 503 }
      gateway.terminate()
      _ = try await gateway.child.exited(within: .seconds(5))
    }
  }

  @Test func noCallIsLostUnderLoad() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(to: upstream)
      let begun = Gate()
      try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<8 {
          group.addTask {
            var statuses: [Int] = []
            // A connection that the drain has closed between two calls takes no further call, and loses none.
            guard let client = try? await gateway.connect() else { return [] }
            while statuses.count < 10_000 {
              client.post("/v1/chat/completions", ChatBody.plain())
              do {
                let answer = try await client.answer()
                statuses.append(answer.status)
                if statuses.count > 20 { begun.open() }
                if answer.headers["connection"]?.lowercased() == "close" { break }
              } catch let error as ScenarioError where error.description.hasSuffix("after: ") {
                break
              }
            }
            return statuses
          }
        }
        try await eventually("calls are running") { begun.isOpen }
        gateway.terminate()
        for try await statuses in group { #expect(statuses.allSatisfy { $0 == 200 }) }
      }
      #expect(try await gateway.child.exited() == 0)
      let log = try gateway.accessLog()
      #expect(log.allSatisfy { $0["outcome"]?.string == "success" })
      #expect(log.count == upstream.requests.count)
    }
  }

  @Test func anInterruptDrainsToo() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      gateway.interrupt()
      #expect(try await gateway.child.exited() == 0)
    }
  }
}
