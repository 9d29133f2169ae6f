/// libFuzzer's entry: reads the input with the gateway and with NIOHTTP1 and stops at the first disagreement.
///
/// The first byte chooses the direction and where the bytes are cut for a second reading, which must be the same.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzHTTP1(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let choice = Int(start[0])
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let direction = Direction.allCases[choice % Direction.allCases.count]
  if let disagreement = Comparison.disagreement(bytes, direction) {
    preconditionFailure("\(direction): \(disagreement)")
  }
  let cut = choice % (bytes.count + 1)
  let (whole, split) = (
    GatewayReader.read(bytes, direction), GatewayReader.read(bytes, direction, cuts: [cut / 2, cut])
  )
  precondition(whole == split, "cut at \(cut / 2) and \(cut): \(split), whole: \(whole)")
  return 0
}
