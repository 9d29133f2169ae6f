/// A field of a form, by offsets into the body.
package struct FormField: Hashable, Sendable {
  package let name: String
  /// The name as it stands in `content-disposition`, without quotes.
  package let nameRange: Range<Int>
  package let value: Range<Int>
  /// A file of the caller's, not a setting.
  package let isFile: Bool
}

extension RequestLens {
  /// Parts of a form; the largest request of OpenAI has about 30.
  package static let maximumFields = 256

  /// Reads a form (`multipart/form-data`, RFC 7578) in one pass, without a copy of its files.
  ///
  /// - Parameter contentType: the value of the request's `content-type`, which names the boundary.
  package static func scan(
    form body: UnsafeRawBufferPointer, contentType: UnsafeRawBufferPointer
  ) throws(RequestFault) -> RequestLens {
    try FormScan.of(body, contentType).lens()
  }

  /// The fields of a form that need not name a model.
  package static func fields(
    ofForm body: UnsafeRawBufferPointer, contentType: UnsafeRawBufferPointer
  ) throws(RequestFault) -> [FormField] {
    try FormScan.of(body, contentType).fields
  }
}

/// The pass behind `RequestLens.scan(form:contentType:)`.
private struct FormScan {
  let body: UnsafeRawBufferPointer
  /// `--` and the boundary.
  let delimiter: [UInt8]
  private(set) var fields: [FormField] = []
  /// Where the first part begins.
  private var start = 0
  /// By its last byte: how far a piece of the body of the length of CRLF and delimiter can be skipped (Horspool's search).
  private let skips: [Int]

  init(body: UnsafeRawBufferPointer, delimiter: [UInt8]) {
    self.body = body
    self.delimiter = delimiter
    let pattern = [0x0D, 0x0A] + delimiter
    var skips = Array(repeating: pattern.count, count: 256)
    for (index, byte) in pattern.dropLast().enumerated() { skips[Int(byte)] = pattern.count - 1 - index }
    self.skips = skips
  }

  static func of(
    _ body: UnsafeRawBufferPointer, _ contentType: UnsafeRawBufferPointer
  ) throws(RequestFault) -> FormScan {
    guard let boundary = boundary(in: contentType) else {
      throw .notAForm("the content-type has no boundary of 1 to 70 characters")
    }
    var scan = FormScan(body: body, delimiter: Array("--".utf8) + boundary)
    try scan.run()
    return scan
  }

  /// RFC 2046 §5.1.1, from a parameter that may be quoted.
  static func boundary(in contentType: UnsafeRawBufferPointer) -> [UInt8]? {
    let text = String(decoding: contentType, as: UTF8.self)
    for parameter in text.split(separator: ";").dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " || $0 == "\t" } }
      guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
      var value = pair[1]
      while value.last == " " || value.last == "\t" { value.removeLast() }
      if value.first == "\"", value.last == "\"", value.count >= 2 { value = value.dropFirst().dropLast() }
      return (1...70).contains(value.utf8.count) ? Array(value.utf8) : nil
    }
    return nil
  }

  mutating func run() throws(RequestFault) {
    guard let first = firstDelimiter() else { throw .notAForm("its boundary is nowhere in the body") }
    start = first
    var position = first + delimiter.count
    while true {
      if starts("--", at: position) { return }
      while position < body.count, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
      guard starts("\r\n", at: position) else { throw .notAForm("a boundary is not followed by a line break") }
      guard fields.count < RequestLens.maximumFields else { throw .tooManyMembers }
      position = try readPart(at: position + 2)
    }
  }

  /// - Returns: the offset behind the delimiter that ends the part.
  private mutating func readPart(at start: Int) throws(RequestFault) -> Int {
    var position = start
    var name: (text: String, range: Range<Int>)?
    var isFile = false
    while !starts("\r\n", at: position) {
      guard let end = endOfLine(from: position) else { throw .notAForm("the head of a part does not end") }
      if let disposition = disposition(position..<end) {
        name = parameter("name", in: disposition)
        isFile =
          isFile || parameter("filename", in: disposition) != nil || parameter("filename*", in: disposition) != nil
      }
      position = end + 2
    }
    position += 2
    guard let name else { throw .notAForm("a part has no name in its content-disposition") }
    guard let end = nextDelimiter(from: position) else { throw .notAForm("its last boundary is missing") }
    fields.append(FormField(name: name.text, nameRange: name.range, value: position..<end, isFile: isFile))
    return end + 2 + delimiter.count
  }

  func lens() throws(RequestFault) -> RequestLens {
    var lens = RequestLens()
    lens.fields = fields
    lens.delimiter = delimiter
    lens.contentStart = start
    for field in fields where !field.isFile {
      switch field.name {
      case "model":
        if !lens.modelRange.isEmpty || !lens.model.isEmpty { throw .duplicateMember("model") }
        lens.model = text(field.value)
        lens.modelRange = field.value
        if lens.model.isEmpty { throw .wrongType(member: "model", expected: "a model's name, not an empty string") }
        if field.value.count > RequestLens.maximumModelLength {
          throw .wrongType(member: "model", expected: "at most \(RequestLens.maximumModelLength) bytes long")
        }
        if lens.model.unicodeScalars.contains(where: { $0.value < 0x20 || 0x7F..<0xA0 ~= $0.value }) {
          throw .wrongType(member: "model", expected: "a string without control characters")
        }
      case "stream": lens.stream = text(field.value) == "true"
      case "prompt":
        lens.hasPrompt = true
        let scalars = text(field.value).unicodeScalars
        let ascii = scalars.count { $0.isASCII }
        lens.inputText += TextCount(ascii: ascii, other: scalars.count - ascii)
      default: break
      }
    }
    if lens.model.isEmpty { throw .missingMember("model") }
    return lens
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: body[range]), as: UTF8.self)
  }

  // MARK: Lines

  private func starts(_ text: StaticString, at position: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= body.count else { return false }
    return (0..<count).allSatisfy { body[position + $0] == text.utf8Start[$0] }
  }

  private func isDelimiter(at position: Int) -> Bool {
    guard position + delimiter.count <= body.count else { return false }
    return delimiter.indices.allSatisfy { body[position + $0] == delimiter[$0] }
  }

  private func firstDelimiter() -> Int? {
    if isDelimiter(at: 0) { return 0 }
    return nextDelimiter(from: 0).map { $0 + 2 }
  }

  /// Where the next CRLF with a delimiter behind it is.
  private func nextDelimiter(from start: Int) -> Int? {
    var position = start
    let last = body.count - delimiter.count - 2
    while position <= last {
      if body[position] == 0x0D, body[position + 1] == 0x0A, isDelimiter(at: position + 2) { return position }
      position += skips[Int(body[position + delimiter.count + 1])]
    }
    return nil
  }

  private func endOfLine(from start: Int) -> Int? {
    // A head of a part is some 100 bytes.
    let limit = min(body.count - 1, start + 4096)
    var position = start
    while position < limit {
      if body[position] == 0x0D, body[position + 1] == 0x0A { return position }
      position += 1
    }
    return nil
  }

  // MARK: Content-Disposition

  /// The value of the line, if it is that field.
  private func disposition(_ line: Range<Int>) -> Range<Int>? {
    let field = "content-disposition:"
    guard line.count > field.utf8.count else { return nil }
    for (offset, byte) in field.utf8.enumerated() {
      let own = body[line.lowerBound + offset]
      if (own &- 0x41 < 26 ? own | 0x20 : own) != byte { return nil }
    }
    return (line.lowerBound + field.utf8.count)..<line.upperBound
  }

  /// A parameter, quoted or not.
  private func parameter(_ wanted: String, in range: Range<Int>) -> (text: String, range: Range<Int>)? {
    var position = range.lowerBound
    while let semicolon = body[position..<range.upperBound].firstIndex(of: 0x3B) {
      position = semicolon + 1
      while position < range.upperBound, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
      let nameStart = position
      while position < range.upperBound, body[position] != 0x3D, body[position] != 0x3B { position += 1 }
      guard position < range.upperBound, body[position] == 0x3D else { continue }
      let isWanted = text(nameStart..<position).lowercased() == wanted
      position += 1
      let value: Range<Int>
      if position < range.upperBound, body[position] == 0x22 {
        let valueStart = position + 1
        position = valueStart
        while position < range.upperBound, body[position] != 0x22 {
          position += body[position] == 0x5C && position + 1 < range.upperBound ? 2 : 1
        }
        value = valueStart..<min(position, range.upperBound)
      } else {
        let valueStart = position
        while position < range.upperBound, body[position] != 0x3B { position += 1 }
        value = valueStart..<position
      }
      if isWanted { return (text(value), value) }
      position = min(position, range.upperBound)
    }
    return nil
  }
}
