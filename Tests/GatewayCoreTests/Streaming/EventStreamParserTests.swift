import GatewayCore
import Testing

@Suite struct EventStreamParserTests {
  @Test func hasFixturesToRead() { #expect(EventStreamFixtures.all.count >= 12) }

  @Test(arguments: EventStreamFixtures.all)
  func findsTheSameInOnePieceAsTheSpecification(_ name: String) throws {
    let bytes = try EventStreamFixtures.bytes(name)
    let expected = literalEvents(bytes)
    #expect(!expected.isEmpty)
    #expect(try EventStreamFeed.find([bytes[...]]) == expected)
  }

  @Test(arguments: EventStreamFixtures.all)
  func findsTheSameHoweverTheBytesAreSplitInTwo(_ name: String) throws {
    let bytes = try EventStreamFixtures.bytes(name)
    let expected = literalEvents(bytes)
    for split in 0...bytes.count {
      #expect(try EventStreamFeed.find([bytes[..<split], bytes[split...]]) == expected, "split at \(split)")
    }
  }

  @Test(arguments: EventStreamFixtures.all.filter { $0.hasPrefix("sse/") })
  func findsTheSameHoweverTheBytesAreSplitInThree(_ name: String) throws {
    let bytes = try EventStreamFixtures.bytes(name)
    let expected = literalEvents(bytes)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let found = try EventStreamFeed.find([bytes[..<first], bytes[first..<second], bytes[second...]])
        #expect(found == expected, "split at \(first) and \(second)")
      }
    }
  }

  @Test(arguments: EventStreamFixtures.all)
  func findsTheSameByteByByte(_ name: String) throws {
    let bytes = try EventStreamFixtures.bytes(name)
    #expect(try EventStreamFeed.find(bytes.indices.map { bytes[$0...$0] }) == literalEvents(bytes))
  }

  @Test func agreesWithTheSpecificationOnAllShortStreams() throws {
    let alphabet = ["\n", "\r", "d", "data", ":", " ", "data:x"].map { Array($0.utf8) }
    func visit(_ bytes: [UInt8], _ left: Int) throws {
      let expected = literalEvents(bytes)
      #expect(try EventStreamFeed.find([bytes[...]]) == expected, "\(bytes)")
      #expect(try EventStreamFeed.find(bytes.indices.map { bytes[$0...$0] }) == expected, "\(bytes)")
      if left > 0 { for piece in alphabet { try visit(bytes + piece, left - 1) } }
    }
    try visit([], 5)
  }

  @Test func readsTheFieldsOfAnEvent() throws {
    #expect(
      try found("event: x\nid: 7\nretry: 250\ndata: a\ndata:b\ndata:  c\ndata\n\n") == [
        .event(data: "a\nb\n c\n", type: "x", id: "7", retry: 250)
      ])
  }

  @Test func dispatchesAnEventWithoutDataNever() throws { #expect(try found("event: x\nid: 1\n\n\n\n").isEmpty) }

  @Test func dispatchesAnEventWithEmptyData() throws {
    #expect(try found("data\n\ndata:\n\n") == [.event(data: ""), .event(data: "")])
  }

  @Test func discardsAnEventThatIsNotComplete() throws {
    #expect(try found("data: a\n\ndata: b\n") == [.event(data: "a")])
    #expect(try found("data: a\n\ndata: b") == [.event(data: "a")])
  }

  @Test func dispatchesAtACarriageReturnWithoutWaitingForALineFeed() throws {
    var feed = EventStreamFeed()
    try feed.feed(Array("data: a\r\r".utf8))
    #expect(feed.found == [.event(data: "a")])
    #expect(feed.buffer.isEmpty)
    try feed.feed(Array("\ndata: b\r\n\r".utf8))
    #expect(feed.found == [.event(data: "a"), .event(data: "b")])
    try feed.feed(Array("\n\ndata: c\n\n".utf8))
    #expect(feed.found.last == .event(data: "c"))
  }

  @Test func passesOneByteOrderMarkAtTheStartOnly() throws {
    #expect(try found("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n") == [.event(data: "a")])
    #expect(try found("\u{FEFF}\u{FEFF}data: a\n\n").isEmpty)
  }

  @Test func givesBackWhatMeansNothing() throws {
    var feed = EventStreamFeed()
    try feed.feed(Array("\n\r\n: ping\n\n\n\r".utf8))
    #expect(feed.buffer.isEmpty)
    #expect(!feed.parser.isInsideEvent)
    try feed.feed(Array("da".utf8))
    #expect(feed.parser.isInsideEvent)
    try feed.feed(Array("ta: x\n: within\n".utf8))
    #expect(feed.buffer.count == "data: x\n: within\n".utf8.count)
    try feed.feed(Array("\n".utf8))
    #expect(feed.buffer.isEmpty)
    #expect(!feed.parser.isInsideEvent)
    #expect(feed.found == [.comment(" ping"), .comment(" within"), .event(data: "x")])
  }

  @Test func findsLineEndsAtEachDistance() throws {
    for length in 0..<80 {
      let data = String(repeating: "x", count: length)
      for end in ["\n", "\r", "\r\n"] {
        #expect(try found("data: \(data)\(end)\(end)data: y\(end)\(end)") == [.event(data: data), .event(data: "y")])
      }
    }
  }

  @Test func refusesAnEventThatIsTooLargeHoweverItComes() throws {
    let limit = 64
    let fits = Array("data: \(String(repeating: "x", count: limit - 8))\n\n".utf8)
    let tooLarge = Array("data: \(String(repeating: "x", count: limit - 7))\n\n".utf8)
    let blanks = [UInt8](repeating: 0x0A, count: 200)
    for size in [1, 7, 300] {
      #expect(throws: Never.self) { try feed(blanks + fits + fits + blanks + fits, by: size) }
      #expect(throws: EventTooLarge.self) { try feed(blanks + fits + tooLarge, by: size) }
      #expect(throws: EventTooLarge.self) { try feed(Array("data: x\n".utf8) + fits, by: size) }
      #expect(throws: EventTooLarge.self) { try feed([UInt8](repeating: 0x3A, count: limit + 1) + [0x0A], by: size) }
      #expect(throws: EventTooLarge.self) { try feed([UInt8](repeating: 0x3A, count: limit + 1), by: size) }
    }
  }

  private func feed(_ bytes: [UInt8], by size: Int) throws(EventTooLarge) {
    var feed = EventStreamFeed(maximumEventBytes: 64)
    for start in stride(from: 0, to: bytes.count, by: size) {
      try feed.feed(bytes[start..<min(start + size, bytes.count)])
    }
  }

  private func found(_ text: String) throws -> [Found] { try EventStreamFeed.find([Array(text.utf8)[...]]) }
}
