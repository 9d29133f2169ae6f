/// The one way to write a request down that both sides of a signature agree on.
struct SignatureV4Canonical {
  let text: String
  /// Names, sorted: `host;x-amz-date`.
  let signedHeaders: String

  init(_ request: SignatureV4.Request, added: [(name: String, value: String)]) {
    let target = request.target.utf8
    let mark = target.firstIndex(of: UInt8(ascii: "?"))
    let path = target[..<(mark ?? target.endIndex)]
    let query = mark.map { target[target.index(after: $0)...] } ?? "".utf8[...]
    let headers = Self.headers([("host", request.host)] + request.headers + added)
    signedHeaders = headers.map(\.name).joined(separator: ";")
    text =
      [request.method, Self.path(path), Self.query(query)].joined(separator: "\n") + "\n"
      + headers.map { "\($0.name):\($0.value)\n" }.joined() + "\n\(signedHeaders)\n\(request.bodyDigest)"
  }

  // MARK: Path

  /// Without dot segments and empty ones, each byte encoded once more.
  private static func path(_ path: Substring.UTF8View) -> String {
    var segments: [Substring.UTF8View] = []
    for segment in path.split(separator: UInt8(ascii: "/")) {
      if segment.elementsEqual(".".utf8) { continue }
      if segment.elementsEqual("..".utf8) {
        _ = segments.popLast()
      } else {
        segments.append(segment)
      }
    }
    var text = segments.map { "/" + encoded($0, keeping: []) }.joined()
    if segments.isEmpty || path.last == UInt8(ascii: "/") { text += "/" }
    return text
  }

  // MARK: Query

  /// Sorted by name, then by value; what is encoded already stays.
  private static func query(_ query: Substring.UTF8View) -> String {
    if query.isEmpty { return "" }
    let pairs = query.split(separator: UInt8(ascii: "&")).map { pair in
      let mark = pair.firstIndex(of: UInt8(ascii: "="))
      let value = mark.map { pair[pair.index(after: $0)...] } ?? "".utf8[...]
      let percent: [UInt8] = [UInt8(ascii: "%")]
      return (
        name: encoded(pair[..<(mark ?? pair.endIndex)], keeping: percent), value: encoded(value, keeping: percent)
      )
    }
    return pairs.sorted { first, second in
      first.name == second.name ? isBefore(first.value, second.value) : isBefore(first.name, second.name)
    }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// By bytes, not by Unicode's order.
  private static func isBefore(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  // MARK: Headers

  /// Sorted by name; values of one name joined by commas, white space within them reduced to one blank.
  private static func headers(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    for header in headers {
      let name = header.name.lowercased()
      let words = header.value.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
      let value = words.map { String(Substring($0)) }.joined(separator: " ")
      if let index = result.firstIndex(where: { $0.name == name }) {
        result[index].value += ",\(value)"
      } else {
        result.append((name, value))
      }
    }
    return result.sorted { isBefore($0.name, $1.name) }
  }

  // MARK: Encoding

  /// RFC 3986 §2.3: all but unreserved characters, in upper case.
  private static func encoded(_ bytes: Substring.UTF8View, keeping kept: [UInt8]) -> String {
    var result: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.append(byte)
      case let byte where kept.contains(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}
