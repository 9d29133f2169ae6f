import Foundation
import GatewayCore
import Testing

@Suite struct ByteWriterTests {
  private func quoted(_ text: String) -> [UInt8] {
    var writer = ByteWriter(capacity: 1)
    writer.append(quoted: text)
    return writer.withBytes { Array($0) }
  }

  /// Several bytes are looked at together, by how many there are.
  @Test(arguments: ["\"", "\\", "\n", "\u{0}", "\u{1F}"])
  func whatNeedsAnEscapeIsFoundAtEachPlace(character: String) throws {
    for length in 1...20 {
      for place in 0..<length {
        let text = String(repeating: "a", count: place) + character + String(repeating: "b", count: length - place - 1)
        let written = quoted(text)
        #expect(written.count > length + 2 && !written.contains { $0 < 0x20 })
        #expect(try JSONDecoder().decode(String.self, from: Data(written)) == text)
      }
    }
  }

  @Test(arguments: [" ", "!", "#", "[", "]", "~", "\u{7F}", "é", "汉", "🎉"])
  func whatNeedsNoneIsWrittenAsItIs(character: String) {
    for length in 0...12 {
      let text = String(repeating: "a", count: length) + character
      #expect(quoted(text) == Array("\"\(text)\"".utf8))
    }
  }

  @Test func numbersOfAnyLengthAreWrittenAsLEB128() {
    var writer = ByteWriter(capacity: 1)
    for number in [0, 127, 128, 624_485, .max] as [UInt64] { writer.append(varint: number) }
    let largest = Array(repeating: UInt8(0xFF), count: 9) + [1]
    #expect(writer.withBytes { Array($0) } == [0, 0x7F, 0x80, 1, 0xE5, 0x8E, 0x26] + largest)
  }
}
