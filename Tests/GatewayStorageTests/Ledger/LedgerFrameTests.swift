import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct LedgerFrameTests {
  private static let rows = (UInt64(1)...3).map { number in
    var row = LedgerRows.row(number)
    row.team = "research"
    row.organisation = "acme"
    return row
  }

  private static var bytes: [UInt8] { rows.flatMap(\.frame) }

  private func read(_ bytes: some Sequence<UInt8>, isWhole: Bool = true) -> LedgerFrame.Reading {
    Array(bytes).withUnsafeBytes { LedgerFrame.read($0, limit: 100, isWhole: isWhole) }
  }

  @Test func rowsComeBackAsTheyWere() {
    var bare = LedgerRow(id: ExchangeID(origin: .max, sequence: .max))
    bare.startedAt = .min
    bare.endedAt = .max
    #expect(read(Self.bytes + bare.frame).rows.read == Self.rows + [bare])
  }

  /// - Parameters:
  ///   - format: of an earlier version.
  ///   - missing: members that it has not; they stand at the end, a byte each.
  @Test(arguments: [(format: UInt8(1), missing: 4), (2, 3)])
  func aRowOfAnOlderJournalLacksWhatCameLater(format: UInt8, missing: Int) {
    var bytes = LedgerRows.row(1).payload
    bytes[0] = format
    let row = bytes.dropLast(missing).withUnsafeBytes { LedgerRow(decoding: $0) }
    #expect(row == LedgerRows.row(1))
  }

  @Test func aRowOfAnOlderJournalWithAnAddressKeepsIt() {
    var row = LedgerRows.row(1)
    row.address = "10.0.0.9"
    var bytes = row.payload
    bytes[0] = 3
    let address = bytes.suffix(9)
    let older = (bytes.dropLast(9 + 3) + address).withUnsafeBytes { LedgerRow(decoding: $0) }
    #expect(older == row)
  }

  @Test func whatTheCacheDidAndTheTraceComeBack() {
    var row = LedgerRows.row(1)
    (row.cache, row.savedBillionths, row.trace) = ("hit", 12, "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(row.payload.withUnsafeBytes { LedgerRow(decoding: $0) } == row)
  }

  @Test func anAddressComesBackAndIsKeptOnlyWhereItIsWanted() {
    var row = LedgerRows.row(1)
    row.address = "10.0.0.9"
    #expect(row.payload.withUnsafeBytes { LedgerRow(decoding: $0) } == row)
    var record = LedgerRows.record(1)
    record.clientAddress = "10.0.0.9"
    #expect(LedgerRow.of(record) { Int64($0.nanoseconds) }.address == nil)
    #expect(LedgerRow.of(record, withAddress: true) { Int64($0.nanoseconds) }.address == "10.0.0.9")
  }

  @Test func tokensHaveTheNamesAndTheOrderOfTheirBuckets() {
    #expect(LedgerColumn.buckets.map(\.name) == LedgerRow.buckets)
  }

  @Test func aTailThatWasCutAnywhereCostsItsOwnRowOnly() {
    let bytes = Self.bytes
    let third = bytes.count / 3
    for cut in (2 * third + 1)..<bytes.count {
      let reading = read(bytes[..<cut])
      #expect(reading.rows.read == Array(Self.rows[..<2]))
      #expect(reading.damaged == cut - 2 * third)
    }
  }

  @Test func aFrameThatIsStillBeingWrittenIsWaitedFor() {
    let reading = read(Self.bytes.dropLast(3), isWhole: false)
    #expect(reading.rows.count == 2 && reading.damaged == 0)
    #expect(reading.consumed == 2 * Self.bytes.count / 3)
  }

  @Test func aFlippedBitCostsItsOwnRowOnly() {
    let bytes = Self.bytes
    let third = bytes.count / 3
    for position in third..<(2 * third) {
      var broken = bytes
      broken[position] ^= 0x10
      #expect(read(broken).rows.read == [Self.rows[0], Self.rows[2]])
    }
  }

  @Test func zerosOfAFileThatALossOfPowerLeftAreNoRows() {
    let reading = read(Self.bytes + Array(repeating: 0, count: 4096))
    #expect(reading.rows.read == Self.rows && reading.damaged == 4096)
  }

  @Test func anIDComesBackFromItsDigits() {
    let id = ExchangeID(origin: 0x0123_4567_89AB_CDEF, sequence: 42)
    #expect(ExchangeID(halves: id.halves) == id)
  }

  @Test func whatCallersAndProvidersWriteIsBounded() {
    var record = LedgerRows.record(1)
    record.model = String(repeating: "é", count: 10_000)
    record.usage = TokenUsage(inputUncached: .max, output: -5)
    let row = LedgerRow.of(record) { Int64($0.nanoseconds) }
    #expect(row.model?.utf8.count == LedgerRow.longestText)
    #expect(row.tokens?[0] == LedgerRow.largestCount && row.tokens?[4] == 0)
  }
}
