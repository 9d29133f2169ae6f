import GatewayCore
import Testing

@testable import GatewayPolicies

/// What masks find, and what they leave alone.
struct ConversationMaskTests {
  private static let all = ConversationMask(MaskRule.builtIn)

  private func masked(_ text: String, _ rules: [MaskRule] = MaskRule.builtIn) throws -> String {
    try ConversationMask(rules).masked(text) { false }
  }

  @Test(
    arguments: [
      ("write to eve@example.com, please", "write to [email], please"),
      ("eve.ada+x@mail.example.co.uk", "[email]"), ("请写信到eve@example.com。", "请写信到[email]。"),
      ("<eve@example.com>.", "<[email]>."), ("a@b.cd and c@d.ef", "[email] and [email]"),
    ])
  func addressesOfMailAreMasked(_ text: String, _ expected: String) throws { #expect(try masked(text) == expected) }

  @Test(arguments: ["@home", "a@b", "1 @ 2.50", "user@localhost", "@", "a@@b.com.", "x@.com"])
  func whatIsNoAddressOfMailStays(_ text: String) throws { #expect(try masked(text, [.email]) == text) }

  @Test(
    arguments: [
      ("call 13800138000 now", "call [phone] now"), ("电话13800138000。", "电话[phone]。"),
      ("138-0013-8000", "[phone]"), ("+86 138 0013 8000", "[phone]"), ("8613800138000", "[phone]"),
      ("+1 (415) 555-2671", "[phone]"), ("(415) 555-2671", "[phone]"), ("+4915112345678", "[phone]"),
      ("010-12345678", "[phone]"), ("0755 1234567", "[phone]"), ("13800138000 13900139000", "[phone] [phone]"),
    ])
  func numbersOfTelephonesAreMasked(_ text: String, _ expected: String) throws {
    #expect(try masked(text) == expected)
  }

  @Test(arguments: ["12345678901", "2026-11-21", "1.5", "3 + 4", "1732212345", "192.168.1.100", "port 8080", "+5"])
  func otherNumbersStay(_ text: String) throws { #expect(try masked(text) == text) }

  @Test func aResidentNumberIsMaskedWhereItsCheckHolds() throws {
    #expect(try masked("身份证11010519491231002X。") == "身份证[id-card]。")
    #expect(try masked("11010519491231002x", [.idCard]) == "[id-card]")
    #expect(try masked("440524188001010014", [.idCard]) == "[id-card]")
    #expect(try masked("110105194912310021", [.idCard]) == "110105194912310021")
    #expect(try masked("110105194913310020", [.idCard]) == "110105194913310020")
  }

  @Test func aCardIsMaskedWhereItsCheckHolds() throws {
    #expect(try masked("pay with 4111 1111 1111 1111!") == "pay with [bank-card]!")
    #expect(try masked("4111-1111-1111-1111") == "[bank-card]")
    #expect(try masked("378282246310005", [.bankCard]) == "[bank-card]")
    #expect(try masked("4111111111111112", [.bankCard]) == "4111111111111112")
    #expect(try masked("00000000000000", [.bankCard]) == "00000000000000")
    #expect(try masked("41 11 11 11 11 11 11 11", [.bankCard]) == "41 11 11 11 11 11 11 11")
  }

  @Test func longRunsOfDigitsHideNoNumberBehindThem() throws {
    let run = String(repeating: "7", count: 20)
    #expect(try masked("\(run) 13800138000") == "\(run) [phone]")
    #expect(try masked("1234567890 4111 1111 1111 1111") == "1234567890 [bank-card]")
  }

  @Test func onlyWhatIsNamedIsMasked() throws {
    let text = "eve@example.com 13800138000"
    #expect(try masked(text, [.email]) == "[email] 13800138000")
    #expect(try masked(text, [.phone]) == "eve@example.com [phone]")
    #expect(try masked(text, []) == text)
  }

  @Test func anAddressOfMailThatBeginsLikeANumberIsOne() throws {
    #expect(try masked("13800138000@qq.com, 13900139000, 13700137000@qq.com") == "[email], [phone], [email]")
  }

  @Test func aLongTextIsGoneThroughOnce() throws {
    let text = String(repeating: "a@b.cd 13800138000 ", count: 20_000)
    #expect(try masked(text) == String(repeating: "[email] [phone] ", count: 20_000))
  }

  @Test func expressionsComeFirstInTheirOrder() throws {
    let rules: [MaskRule] = [
      .pattern("ORD-[0-9]+", replacement: "[order]"), .pattern("order", replacement: "x"), .phone,
    ]
    #expect(try masked("ORD-13800138000 of 13800138000", rules) == "[x] of [phone]")
  }

  @Test func aReplacementIsPlainText() throws {
    #expect(try masked("a1b", [.pattern("[0-9]", replacement: "$0\\")]) == "a$0\\b")
  }

  @Test func charactersBeyondTheBasicPlaneStayWhole() throws {
    #expect(try masked("😀 secret 😀", [.pattern("secret", replacement: "[s]")]) == "😀 [s] 😀")
  }

  @Test func aMatchMayEndWithinACharacter() throws {
    #expect(try masked("id 7\r\nnext", [.pattern("id [0-9]\\r", replacement: "[id]")]) == "[id]\nnext")
    #expect(try masked("cafe\u{301}", [.pattern("cafe", replacement: "[place]")]) == "[place]\u{301}")
  }

  @Test func anExpressionThatTakesTooLongMasksNothingAndSaysSo() {
    let mask = ConversationMask([.pattern("(a+)+$", replacement: "x")])
    let text = String(repeating: "a", count: 40) + "b"
    #expect(throws: ConversationMask.Unmasked.self) { try mask.masked(text) { true } }
  }
}
