import GatewayCore
import GatewayDialects
import NIOCore

/// The input file of a batch within its form: one JSON object a line, rewritten piece by piece so that a large file does not
/// hold up the other exchanges of the loop.
struct BatchFile {
  private let body: ByteBuffer
  /// The file, by offsets into the body.
  private let content: Range<Int>
  private var position: Int
  private var line = 0
  private var written = ByteBuffer()
  private var hasChanges = false

  /// - Returns: `nil` for a form that uploads something else.
  init?(_ body: ByteBuffer, contentType: ByteBuffer) throws(GatewayError) {
    let result: Result<Range<Int>?, RequestFault> = body.withUnsafeReadableBytes { bytes in
      contentType.withUnsafeReadableBytes { type in
        do throws(RequestFault) {
          return .success(try Self.content(bytes, contentType: type))
        } catch {
          return .failure(error)
        }
      }
    }
    switch result {
    case .failure(let fault): throw fault.gatewayError
    case .success(nil): return nil
    case .success(let content?):
      self.body = body
      self.content = content
      position = content.lowerBound
    }
  }

  private static func content(
    _ body: UnsafeRawBufferPointer, contentType: UnsafeRawBufferPointer
  ) throws(RequestFault) -> Range<Int>? {
    let fields = try RequestLens.fields(ofForm: body, contentType: contentType)
    let isBatch = fields.contains { field in
      field.name == "purpose" && body[field.value].filter { $0 > 0x20 }.elementsEqual("batch".utf8)
    }
    guard isBatch else { return nil }
    let files = fields.filter { $0.name == "file" }
    if files.count > 1 { throw .duplicateMember("file") }
    return files.first?.value
  }

  /// Rewrites further lines.
  ///
  /// - Parameters:
  ///   - size: bytes of the file, after which the next line is left for another turn.
  ///   - edits: what must change in a line, by offsets into it. Sorted, without overlaps.
  /// - Returns: whether that was the last one.
  mutating func rewrite(
    about size: Int, edits: (_ line: JSONNode, _ number: Int) throws(GatewayError) -> [BodyEdit]
  ) throws(GatewayError) -> Bool {
    let end = min(content.upperBound, position + size)
    while position < end {
      let start = position
      let view = body.readableBytesView
      let lineEnd = view[(view.startIndex + start)..<(view.startIndex + content.upperBound)].firstIndex(of: 0x0A)
      let next = lineEnd.map { $0 - view.startIndex + 1 } ?? content.upperBound
      position = next
      line += 1
      guard let slice = body.getSlice(at: body.readerIndex + start, length: next - start) else { continue }
      try rewrite(slice, edits)
    }
    return position >= content.upperBound
  }

  private mutating func rewrite(
    _ line: ByteBuffer, _ edits: (_ line: JSONNode, _ number: Int) throws(GatewayError) -> [BodyEdit]
  ) throws(GatewayError) {
    let bytes = Array(line.readableBytesView)
    guard bytes.contains(where: { $0 > 0x20 }) else {
      written.writeImmutableBuffer(line)
      return
    }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(bytes, loneSurrogates: .replaced, refusesDuplicates: true)
    } catch {
      throw GatewayError(
        .invalidJSON, "line \(self.line) of the batch file is not valid JSON: \(error)", parameter: "file")
    }
    let changes = try edits(document.root, self.line)
    guard !changes.isEmpty else {
      written.writeImmutableBuffer(line)
      return
    }
    hasChanges = true
    written.writeBytes(bytes.withUnsafeBytes { BodyEdit.apply(changes, to: $0) })
  }

  /// The whole form, when all lines have been rewritten.
  var form: ByteBuffer {
    guard hasChanges else { return body }
    var form = ByteBufferAllocator().buffer(
      capacity: body.readableBytes - content.count + written.readableBytes)
    let start = body.readerIndex
    if let before = body.getSlice(at: start, length: content.lowerBound) { form.writeImmutableBuffer(before) }
    form.writeImmutableBuffer(written)
    let rest = body.getSlice(at: start + content.upperBound, length: body.readableBytes - content.upperBound)
    if let rest { form.writeImmutableBuffer(rest) }
    return form
  }
}
