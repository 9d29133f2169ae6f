/// One replacement in a body that is otherwise sent on byte for byte.
package struct BodyEdit: Hashable, Sendable {
  /// Bytes of the original body; empty for an insertion.
  package var range: Range<Int>
  package var replacement: [UInt8]

  package init(range: Range<Int>, replacement: [UInt8]) {
    self.range = range
    self.replacement = replacement
  }

  /// The body after `edits`, which are sorted and do not overlap. The relay writes the pieces instead of joining them.
  package static func apply(_ edits: [BodyEdit], to body: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(body.count + growth(of: edits))
    var position = 0
    for edit in edits {
      result.append(contentsOf: body[position..<edit.range.lowerBound])
      result.append(contentsOf: edit.replacement)
      position = edit.range.upperBound
    }
    result.append(contentsOf: body[position...])
    return result
  }

  /// Bytes by which `edits` lengthen a body; negative when they shorten it.
  package static func growth(of edits: [BodyEdit]) -> Int {
    edits.reduce(0) { $0 + $1.replacement.count - $1.range.count }
  }
}
