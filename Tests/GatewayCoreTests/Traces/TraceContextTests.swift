import GatewayCore
import Testing

struct TraceContextTests {
  private static let usual = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  private func parse(_ text: String) -> TraceParent? {
    Array(text.utf8).withUnsafeBytes { TraceParent($0) }
  }

  private func state(_ fields: String...) -> String? {
    var bytes: [UInt8] = []
    let ranges = fields.map { field in
      let start = bytes.count
      bytes += Array(field.utf8)
      return start..<bytes.count
    }
    return bytes.withUnsafeBytes { raw in TraceState.joined(ranges.map { UnsafeRawBufferPointer(rebasing: raw[$0]) }) }
  }

  @Test func aParentIsReadAndWrittenAsItWas() throws {
    let parent = try #require(parse(Self.usual))
    #expect(parent.trace.description == "0af7651916cd43dd8448eb211c80319c")
    #expect(parent.span.description == "b7ad6b7169203331")
    #expect(parent.flags == .sampled)
    #expect(parent.description == Self.usual)
  }

  @Test func flagsWithoutAMeaningAreDropped() throws {
    let parent = try #require(parse(Self.usual.dropLast(2) + "fe"))
    #expect(parent.flags == .random)
    #expect(parent.description.hasSuffix("-02"))
  }

  @Test func aLaterVersionIsReadAsFarAsItIsThisOne() {
    #expect(parse("cc" + Self.usual.dropFirst(2))?.span.description == "b7ad6b7169203331")
    #expect(parse("cc" + Self.usual.dropFirst(2) + "-what-comes-then")?.flags == .sampled)
    #expect(parse("cc" + Self.usual.dropFirst(2) + ".what") == nil)
  }

  @Test(arguments: [
    "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
    "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
    "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-001",
    "00-0af7651916cd43dd8448eb211c80319cb7ad6b7169203331-01-x",
  ])
  func whatIsNoParentIsNone(_ text: String) { #expect(parse(text) == nil) }

  @Test func theStateGoesOnInItsOrder() {
    #expect(state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE") == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
    #expect(state("a=1 ,\t b=two words ,, c=3", "tenant@system=4") == "a=1,b=two words,c=3,tenant@system=4")
    #expect(state("", " ") == "")
    #expect(state((1...32).map { "k\($0)=v" }.joined(separator: ",")) != nil)
  }

  @Test(arguments: [
    "a", "=1", "a=", "A=1", "a=1=2", "a=1,a=2", "é=1", "a=é", "a b=1", "-a=1", "a=\u{7F}",
    (1...33).map { "k\($0)=v" }.joined(separator: ","), "\(String(repeating: "k", count: 257))=1",
    "a=\(String(repeating: "v", count: 257))",
  ])
  func ofAMalformedStateNothingGoesOn(_ text: String) { #expect(state("good=1", text) == nil) }
}
