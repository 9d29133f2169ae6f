import GatewayTesting
import Testing

@Suite struct Reload {
  @Test func aSavedChangeTakesEffectWithoutAFailedCall() async throws {
    try await scenario { scenario in
      let old = try await scenario.upstream([.chat("old")])
      let new = try await scenario.upstream([.chat("new")])
      let gateway = try await scenario.gateway(to: old)
      let before = try await gateway.metrics().value("sluice_config_revision")
      let sawNew = Gate()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            let client = try await gateway.connect()
            var answers: [String] = []
            while !sawNew.isOpen || answers.last != "new" {
              client.post("/v1/chat/completions", ChatBody.plain())
              let answer = try await client.answer()
              #expect(answer.status == 200)
              answers.append(try answer.content() ?? "")
              if answers.last == "new" { sawNew.open() }
            }
            #expect(answers == answers.sorted { $0 == "old" && $1 == "new" }, "never back to the old one")
          }
        }
        try gateway.save(Configuration.text(to: [new.url]))
        try await group.waitForAll()
      }
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_config_revision") > before)
      #expect(metrics.value("sluice_config_reloads_total", ["result": "accepted"]) >= 1)
    }
  }

  @Test func aMistakeIsRefusedWholeAndTheOldConfigurationStays() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("still here")])
      let other = try await scenario.upstream([.chat("wrong")])
      let gateway = try await scenario.gateway(to: upstream)
      let before = try await gateway.metrics().value("sluice_config_revision")
      try gateway.save(Configuration.text(to: [other.url], model: "targtes: [p0/x]"))
      try await eventually("the refusal is counted") {
        try await gateway.metrics().value("sluice_config_reloads_total", ["result": "refused"]) >= 1
      }
      #expect(try await gateway.chat().content() == "still here")
      #expect(try await gateway.metrics().value("sluice_config_revision") == before)
      #expect(try await gateway.admin("GET", "/health/ready").status == 200)
      // The log says where, what, and the nearest known name.
      try await gateway.says("targtes", "targets")
      try await gateway.says("sluice.yaml:6")
      // A corrected file is taken.
      try gateway.save(Configuration.text(to: [other.url]))
      try await eventually("the corrected file takes effect") { try await gateway.chat().content() == "wrong" }
    }
  }

  @Test func textThatIsNotYAMLIsRefused() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("still here")])
      let gateway = try await scenario.gateway(to: upstream)
      for (index, text) in ["{", "", "\u{0}\u{1}", "providers: [\n", "- 1\n"].enumerated() {
        try gateway.save(text)
        try await eventually("refusal \(index) is counted") {
          try await gateway.metrics().value("sluice_config_reloads_total", ["result": "refused"]) >= Double(index + 1)
        }
        #expect(try await gateway.chat().content() == "still here")
      }
    }
  }

  @Test func aRunningStreamKeepsItsConfiguration() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let running: Script = [
        .streamHead, .content("a"), .wait(gate), .content("b"), .finish(), .done, .end,
      ]
      let old = try await scenario.upstream { $0.index == 0 ? running : [.chat("old")] }
      let new = try await scenario.upstream([.chat("new")])
      let gateway = try await scenario.gateway(to: old)
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      try gateway.save(Configuration.text(to: [new.url]))
      try await eventually("new calls use the new file") { try await gateway.chat().content() == "new" }
      gate.open()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "b")
    }
  }

  @Test func sighupReloads() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let before = try await gateway.metrics().value("sluice_config_reloads_total")
      gateway.hangUp()
      try await eventually("a reload is counted") {
        try await gateway.metrics().value("sluice_config_reloads_total") > before
      }
      #expect(try await gateway.chat().status == 200)
      #expect(gateway.child.exitCode == nil)
    }
  }

  @Test func theAdminPlaneReloadsAndSaysWhatIsWrong() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      try gateway.save(Configuration.text(to: [upstream.url], top: "  n: { targets: [p0/n] }"))
      let good = try await gateway.admin("POST", "/config/reload")
      #expect(good.status == 200)
      let revision = try await gateway.metrics().value("sluice_config_revision")
      #expect(try good.json()["revision"]?.number == revision)
      #expect(try await gateway.chat(ChatBody.plain(model: "n")).status == 200)
      try gateway.save(Configuration.text(to: [upstream.url], top: "  n: { targets: [nowhere/n] }"))
      let bad = try await gateway.admin("POST", "/config/reload")
      #expect(bad.status == 422)
      #expect(bad.text.contains("nowhere"))
      #expect(try await gateway.chat(ChatBody.plain(model: "n")).status == 200)
    }
  }

  @Test func whatNeedsARestartIsSaid() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      try gateway.save(
        Configuration.text(to: [upstream.url], top: "storage: { database: \"sqlite:another.db\" }"))
      let answer = try await gateway.admin("POST", "/config/reload")
      #expect(answer.status == 200)
      #expect(try answer.json()["needsRestart"]?[0]?.string?.contains("storage.database") == true)
      try await gateway.says("needs a restart", "storage.database")
      #expect(try await gateway.admin("GET", "/config").text.contains("storage.database: "))
    }
  }

  @Test func keysAreTakenAwayWithTheFile() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let consumers = "consumers: { app: { keys: [env:ONE] } }"
      let gateway = try await scenario.gateway(
        to: upstream, top: consumers, environment: ["ONE": "sk-one", "TWO": "sk-two"])
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["x-api-key": "sk-one"])
      #expect(try await client.answer().status == 200)
      try gateway.save(Configuration.text(to: [upstream.url], top: consumers.replacing("ONE", with: "TWO")))
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["x-api-key": "sk-one"])
      #expect(try await client.answer().status == 401)
      #expect(try await gateway.chat(headers: ["x-api-key": "sk-two"]).status == 200)
    }
  }
}
