import CLibFuzzer

/// Hands the program over to libFuzzer. SwiftPM names the entry point itself, so that libFuzzer's own is not linked.
@main
struct HTTP1Fuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let code = LLVMFuzzerRunDriver(&count, &arguments) { fuzzHTTP1($0, $1) }
    precondition(code == 0, "libFuzzer ended with \(code)")
  }
}

/// libFuzzer's test: reads the input with the gateway and with NIOHTTP1 and stops at the first disagreement.
///
/// The first byte chooses the direction and where the bytes are cut for a second reading, which must be the same.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzHTTP1(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let choice = Int(start[0])
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let direction = Direction.allCases[choice % Direction.allCases.count]
  if let disagreement = Comparison.disagreement(bytes, direction) {
    stopFuzzing("\(direction): \(disagreement)")
  }
  let cut = choice % (bytes.count + 1)
  let whole = GatewayReader.read(bytes, direction)
  let split = GatewayReader.read(bytes, direction, cuts: [cut / 2, cut])
  if whole != split { stopFuzzing("cut at \(cut / 2) and \(cut): \(split), whole: \(whole)") }
  return 0
}
