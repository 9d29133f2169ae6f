import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct ObjectChangesTests {
  private static func change(_ id: String) -> ObjectChanges.Change {
    .keep(KeptObject(provider: "a", id: id, kind: .files, consumer: "ann"), at: 1)
  }

  private static func ids(_ changes: [ObjectChanges.Change]) -> [String] {
    changes.compactMap { if case .keep(let object, _) = $0 { object.id } else { nil } }
  }

  @Test func aTransactionIsAskedForOnceUntilItHasTakenWhatWaits() {
    var changes = ObjectChanges()
    let isAsked = changes.add(Self.change("1"))
    #expect(isAsked)
    let isAskedTwice = changes.add(Self.change("2"))
    #expect(!isAskedTwice)
    let taken = changes.take()
    #expect(Self.ids(taken) == ["1", "2"])
    let isAskedAgain = changes.add(Self.change("3"))
    #expect(isAskedAgain)
  }

  @Test func aTransactionThatFailsBeforeItTakesAnythingIsAskedForAgain() {
    var changes = ObjectChanges()
    _ = changes.add(Self.change("1"))
    let remains = changes.failed(mayPass: true)
    #expect(remains)
    let isAsked = changes.ask()
    #expect(isAsked)
    let taken = changes.take()
    #expect(Self.ids(taken) == ["1"])
  }

  @Test func whatATransactionHadTakenComesAgainWhereTheFaultMayPass() {
    var changes = ObjectChanges()
    _ = changes.add(Self.change("1"))
    _ = changes.take()
    let remains = changes.failed(mayPass: true)
    #expect(remains)
    let isAsked = changes.ask()
    #expect(isAsked)
    let taken = changes.take()
    #expect(Self.ids(taken) == ["1"])
    let remainsAfterwards = changes.failed(mayPass: false)
    #expect(!remainsAfterwards)
    let isAskedAfterwards = changes.ask()
    #expect(!isAskedAfterwards)
  }
}
