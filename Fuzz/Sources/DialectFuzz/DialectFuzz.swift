import CLibFuzzer

/// Hands the program over to libFuzzer. SwiftPM names the entry point itself, so that libFuzzer's own is not linked.
@main
struct DialectFuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let code = LLVMFuzzerRunDriver(&count, &arguments) { fuzzDialects($0, $1) }
    precondition(code == 0, "libFuzzer ended with \(code)")
  }
}

/// libFuzzer's test: the bytes are read as a request, an answer or a stream of one dialect, and what was read is written in another.
///
/// Three letters before the bytes choose: what they are (`r`, `a`, `s`), the dialect that reads (`a` to `f`), the one that writes.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzDialects(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 3 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start + 3, count: count - 3))
  let pair = DialectPair(reader: start[1], writer: start[2])
  switch start[0] {
  case UInt8(ascii: "r"): pair.request(bytes)
  case UInt8(ascii: "a"): pair.answer(bytes)
  case UInt8(ascii: "s"): pair.stream(bytes)
  default: return -1
  }
  return 0
}
