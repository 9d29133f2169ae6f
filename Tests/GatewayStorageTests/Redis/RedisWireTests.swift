import NIOCore
import Testing

@testable import GatewayStorage

@Suite struct RedisWireTests {
  private static let bytes = Array("+OK\r\n$-1\r\n*3\r\n:-5\r\n$4\r\na\r\nb\r\n*2\r\n-ERR no\r\n*-1\r\n$0\r\n\r\n".utf8)
  private static let values: [RedisValue] = [
    .string(Array("OK".utf8)), .null,
    .array([.integer(-5), .string(Array("a\r\nb".utf8)), .array([.error("ERR no"), .null])]), .string([]),
  ]

  @Test func readsAnswersHoweverTheyAreSplit() throws {
    for split in 0...Self.bytes.count {
      var reader = RedisReader()
      var found: [RedisValue] = []
      for part in [Self.bytes[..<split], Self.bytes[split...]] {
        try reader.feed(ByteBuffer(bytes: part))
        while let value = try reader.next() { found.append(value) }
      }
      #expect(found == Self.values)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n", "$x\r\n", ":1x\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
  ])
  func refusesWhatIsNoAnswer(text: String) throws {
    var reader = RedisReader()
    try reader.feed(ByteBuffer(string: text))
    let error = #expect(throws: RedisError.self) { while try reader.next() != nil {} }
    guard case .malformed = error else { Issue.record("\(String(describing: error))"); return }
  }

  @Test func writesCommandsWithArgumentsOfAnyBytes() {
    var command = RedisCommand("SET", "")
    command.append([13, 10, 0, 255])
    command.append(ByteBuffer(string: "é"))
    command.append(-12)
    var buffer = ByteBuffer(string: "before")
    command.write(into: &buffer)
    let expected =
      Array("before*5\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n\r\n\0".utf8) + [255] + Array("\r\n$2\r\né\r\n$3\r\n-12\r\n".utf8)
    #expect(Array(buffer.readableBytesView) == expected)
  }

  @Test func findsTheKeyOfACommand() {
    #expect(RedisCommand("GET", "k").key.map(Array.init) == [UInt8(ascii: "k")])
    #expect(RedisCommand("evalsha", "digest", "1", "k", "v").key.map(Array.init) == [UInt8(ascii: "k")])
    #expect(RedisCommand("EVAL", "source", "0", "v").key == nil)
    #expect(RedisCommand("PUBLISH", "channel", "m").key == nil)
    #expect(RedisCommand("PING").key == nil)
  }

  @Test func namesAScriptAsTheServerDoes() {
    // `SCRIPT LOAD "return 1"`
    #expect(RedisScript("return 1").digest == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
  }
}
