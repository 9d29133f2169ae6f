import GatewayCore
import Testing

struct MoneyTests {
  @Test(arguments: [
    (Int64(0), "0 CNY"), (12_300_000, "0.0123 CNY"), (50_000_000_000, "50 CNY"), (1, "0.000000001 CNY"),
    (-1_500_000_000, "-1.5 CNY"), (Int64.max, "9223372036.854775807 CNY"), (Int64.min, "-9223372036.854775808 CNY"),
  ]) func isWrittenWithAllOfItsDigitsAndNoMore(billionths: Int64, text: String) {
    #expect(Money(billionths: billionths, currency: .cny).description == text)
  }

  @Test(arguments: ["50 CNY", "0.5 CNY", "0.000000001 USD", "9223372036.854775807 EUR"])
  func isReadAsItIsWritten(text: String) throws {
    #expect(try Money(parsing: text).description == text)
  }

  @Test func spacesAndZerosMakeNoDifference() throws {
    #expect(try Money(parsing: " 0050.50   CNY ") == Money(billionths: 50_500_000_000, currency: .cny))
  }

  @Test(arguments: [
    ("50", MoneyProblem.noCurrency("50")), ("CNY", .noNumber("CNY")), ("", .noNumber("")),
    ("1,5 CNY", .noNumber("1,5 CNY")),
    (".5 CNY", .noNumber(".5 CNY")), ("1. CNY", .noNumber("1. CNY")), ("1e3 CNY", .noNumber("1e3 CNY")),
    ("50 CYN", .unknownCurrency("CYN")), ("50 cny", .unknownCurrency("cny")), ("-1 CNY", .negative("-1 CNY")),
    ("1.0000000001 CNY", .tooFine("1.0000000001 CNY")), ("9223372037 CNY", .tooLarge("9223372037 CNY")),
    ("1 2 CNY", .noNumber("1 2 CNY")),
  ]) func whatIsNoAmountIsSaidExactly(text: String, problem: MoneyProblem) {
    #expect(throws: problem) { try Money(parsing: text) }
  }

  @Test func aCurrencyIsACodeInUse() {
    #expect(Currency("CNY") == .cny)
    #expect(Currency("XXX") == nil)
    #expect(Currency("US") == nil)
    #expect(Currency.codes.allSatisfy { $0.count == 3 && $0.allSatisfy { ("A"..."Z").contains($0) } })
  }
}
