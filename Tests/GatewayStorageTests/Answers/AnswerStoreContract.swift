import GatewayCore
import GatewayPolicies
import GatewayStorage
import GatewayTesting
import NIOCore
import Testing

/// What every store of answers does the same way.
@Suite struct AnswerStoreContract {
  enum Kind: CaseIterable { case memory, redis }

  /// A store on the event loop that it belongs to, and how answers are forgotten.
  struct Place: Sendable {
    let eventLoop: any EventLoop
    private let store: NIOLoopBoundBox<any AnswerStore>
    let forget: @Sendable (AnswerSelection) async throws -> Void

    init(
      _ eventLoop: any EventLoop, forget: @escaping @Sendable (AnswerSelection) async throws -> Void,
      _ make: @escaping @Sendable (any EventLoop) -> any AnswerStore
    ) async throws {
      self.eventLoop = eventLoop
      self.forget = forget
      store = try await eventLoop.submit { NIOLoopBoundBox(make(eventLoop), eventLoop: eventLoop) }.get()
    }

    func find(_ key: AnswerKey, now: WallTime = AnswerStoreContract.now) async throws -> Recollection {
      try await withCheckedThrowingContinuation { continuation in
        eventLoop.execute {
          let store = self.store.value
          if let found = store.findNow(key, now: now) { return continuation.resume(returning: found) }
          store.find(key, now: now) { continuation.resume(returning: $0) }
        }
      }
    }

    func keep(_ answer: KeptAnswer, _ key: AnswerKey, since mark: AnswerMark) async throws {
      try await eventLoop.submit {
        self.store.value.keep(answer, under: key, since: mark, now: AnswerStoreContract.now)
      }.get()
    }
  }

  static let now = WallTime(milliseconds: 1_800_000_000_000)

  static func with(_ kind: Kind, _ body: ([Place]) async throws -> Void) async throws {
    switch kind {
    case .memory:
      let answers = SharedAnswers(capacity: 1 << 20)
      var places: [Place] = []
      for _ in 0..<2 {
        places.append(try await Place(anyLoop(), forget: { answers.forget($0) }) { _ in answers })
      }
      try await body(places)
    case .redis:
      try await RedisServer.running { server in
        let answers = RedisAnswers(try RedisDialer(try settings(port: server.port)), installation: "test")
        defer { answers.close() }
        var places: [Place] = []
        for _ in 0..<2 {
          places.append(
            try await Place(anyLoop(), forget: { try await answers.forget($0) }) { answers.store(on: $0) })
        }
        try await body(places)
      }
    }
  }

  static func key(
    _ number: UInt8, route: String = "m", consumer: String = "app", isShared: Bool = false
  ) throws -> AnswerKey {
    let digest = try #require([UInt8](repeating: number, count: 32).withUnsafeBytes { KeyDigest(bytes: $0) })
    return AnswerKey(digest: digest, route: route, consumer: consumer, isShared: isShared)
  }

  static func answer(_ body: String = "x") throws -> KeptAnswer {
    var answer = KeptAnswer(
      body: Array(body.utf8), isStream: true, contentType: "text/event-stream", target: "p/up", keptAt: now,
      expiresAt: WallTime(milliseconds: now.milliseconds + 60_000))
    answer.dropped = "seed, top_k"
    answer.emulated = "schema"
    answer.cost = Money(billionths: 12, currency: try #require(Currency("CNY")))
    answer.priceVersion = "v1"
    return answer
  }

  @Test(arguments: Kind.allCases) func anAnswerComesBackAsItWasForAllLoops(kind: Kind) async throws {
    try await Self.with(kind) { places in
      let key = try Self.key(1)
      let seen = try await places[0].find(key)
      #expect(seen.answer == nil)
      let answer = try Self.answer("data: 你好\n\n")
      try await places[0].keep(answer, key, since: seen.mark)
      for place in places {
        try await eventually("the answer is there") { try await place.find(key).answer == answer }
      }
      #expect(try await places[1].find(try Self.key(2)).answer == nil)
    }
  }

  @Test(arguments: Kind.allCases) func nothingIsFoundOnceItHasExpired(kind: Kind) async throws {
    try await Self.with(kind) { places in
      let key = try Self.key(1)
      try await places[0].keep(try Self.answer(), key, since: try await places[0].find(key).mark)
      try await eventually("the answer is there") { try await places[0].find(key).answer != nil }
      let later = WallTime(milliseconds: Self.now.milliseconds + 60_000)
      #expect(try await places[0].find(key, now: later).answer == nil)
    }
  }

  @Test(arguments: Kind.allCases) func whatIsForgottenIsFoundByNobody(kind: Kind) async throws {
    try await Self.with(kind) { places in
      let (one, other) = (try Self.key(1), try Self.key(2, route: "n", consumer: "b"))
      for selection in [AnswerSelection.all, .model("m"), .consumer("app")] {
        for key in [one, other] {
          try await places[0].keep(try Self.answer(), key, since: try await places[0].find(key).mark)
          try await eventually("the answer is there") { try await places[1].find(key).answer != nil }
        }
        try await places[0].forget(selection)
        for place in places {
          #expect(try await place.find(one).answer == nil)
          #expect((try await place.find(other).answer == nil) == (selection == .all))
        }
      }
    }
  }

  @Test(arguments: Kind.allCases) func anAnswerThatOthersShareGoesWithTheConsumerThatItWasMadeFor(kind: Kind)
    async throws
  {
    try await Self.with(kind) { places in
      let (made, asked) = (try Self.key(1, isShared: true), try Self.key(1, consumer: "b", isShared: true))
      try await places[0].keep(try Self.answer(), made, since: try await places[0].find(made).mark)
      try await eventually("the answer is there for both") { try await places[1].find(asked).answer != nil }
      try await places[0].forget(.consumer("app"))
      for place in places { #expect(try await place.find(asked).answer == nil) }
    }
  }

  @Test(arguments: Kind.allCases) func whatWasOnItsWayWhenAnswersWereForgottenIsNotFound(kind: Kind) async throws {
    try await Self.with(kind) { places in
      let key = try Self.key(1)
      let seen = try await places[0].find(key)
      try await places[1].forget(.model("m"))
      try await places[0].keep(try Self.answer(), key, since: seen.mark)
      #expect(try await places[0].find(key).answer == nil)
    }
  }

  @Test func aRedisThatIsAwayHasNoAnswersAndHoldsNobodyUp() async throws {
    try await RedisServer.running { server in
      let dialer = try RedisDialer(
        try settings(port: server.port) {
          $0.commandTimeout = .milliseconds(200)
          $0.connectTimeout = .milliseconds(400)
        })
      let answers = RedisAnswers(dialer, installation: "test")
      defer { answers.close() }
      let place = try await Place(anyLoop(), forget: { _ in }) { answers.store(on: $0) }
      let key = try Self.key(1)
      try await place.keep(try Self.answer(), key, since: try await place.find(key).mark)
      try await eventually("the answer is there") { try await place.find(key).answer != nil }
      server.pause()
      #expect(try await place.find(key).mark == .unknown)
      server.resume()
      try await server.kill()
      #expect(try await place.find(key).answer == nil)
      #expect(answers.errors >= 2)
      try await server.restart()
      try await eventually("Redis is asked again") { try await place.find(key).mark != .unknown }
    }
  }
}
