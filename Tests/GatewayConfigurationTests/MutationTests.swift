import Foundation
import GatewayConfiguration
import GatewayCore
import Testing

/// Whatever is written into a file, the loader answers with a snapshot or with errors, never with a crash.
struct MutationTests {
  private struct Random {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  private static let fragments = [
    "*", "&a ", "*a", "<<: *a", "{", "}", "[", "]", ":", ": ", "- ", "#", "\n", "\n  ", "\t", "\"", "'", "|\n", ">\n",
    "!!str ",
    "? ", "---\n", "...\n", "%YAML 9\n", "\u{0}", "\u{FEFF}", "é", "\u{1F600}", "99999999999999999999", "-1", "1e999",
    "null",
    "~", "env:", "file:", "sha256:", "/", "*/", "0s", "targets", "providers:\n", "\\u0000", "http://", "[[[[[[[[[[",
    "@",
  ]

  private static func example() throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return Array(try Data(contentsOf: root.appending(path: "examples/full.yaml")))
  }

  @Test(arguments: 0..<8)
  func changedExamplesNeverCrashTheLoader(_ seed: Int) throws {
    let example = try Self.example()
    var random = Random(state: UInt64(seed) &* 0x9E37_79B9 &+ 1)
    for _ in 0..<150 {
      var bytes = example
      for _ in 0..<(1 + random.next(below: 4)) { Self.mutate(&bytes, &random) }
      let result = ConfigurationLoader.load(bytes: bytes, file: "sluice.yaml", context: Loading.context())
      #expect((result.snapshot == nil) == result.hasErrors)
      let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 3
      #expect(
        result.problems.allSatisfy { $0.position.map { $0.line >= 1 && $0.line <= lines && $0.column >= 1 } ?? true })
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout Random) {
    let place = random.next(below: max(1, bytes.count))
    let end = min(bytes.count, place + 1 + random.next(below: 12))
    switch random.next(below: 5) {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: Self.fragments[random.next(below: Self.fragments.count)].utf8, at: place)
    case 2: if place < bytes.count { bytes[place] = UInt8(random.next(below: 256)) }
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.next(below: max(1, bytes.count)))
    default: bytes.removeSubrange(place...)
    }
  }
}
