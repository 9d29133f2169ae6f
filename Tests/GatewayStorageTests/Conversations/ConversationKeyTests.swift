import GatewayCore
import Testing

@testable import GatewayStorage

struct ConversationKeyTests {
  private let id = ExchangeID(origin: 1, second: 2, number: 3)

  @Test func whatItSealsItOpensAndNobodyCanRead() throws {
    let key = ConversationKey()
    let text = Array("a conversation".utf8)
    let sealed = try key.seal(text, of: id)
    #expect(!sealed.contains(text))
    #expect(try key.open(sealed, of: id) == text)
    #expect(try key.seal(text, of: id) != sealed)
    #expect(try ConversationKey(text: key.text).open(sealed, of: id) == text)
  }

  @Test func itOpensAsNoOtherExchangeAndNotWhenItWasChanged() throws {
    let key = ConversationKey()
    let sealed = try key.seal([1, 2, 3], of: id)
    #expect(throws: SecretFault.damaged) { try key.open(sealed, of: ExchangeID(origin: 1, second: 2, number: 4)) }
    for index in sealed.indices.dropFirst() {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: SecretFault.damaged) { try key.open(changed, of: id) }
    }
    #expect(throws: SecretFault.malformed) { try key.open([9] + sealed.dropFirst(), of: id) }
    #expect(throws: SecretFault.malformed) { try key.open([], of: id) }
    #expect(throws: SecretFault.damaged) { try ConversationKey().open(sealed, of: id) }
  }
}
