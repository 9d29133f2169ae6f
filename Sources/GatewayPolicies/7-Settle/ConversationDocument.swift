package import GatewayCore
import GatewayDialects

/// What is sealed of a conversation: its request and its answer in the dialect of the caller, masked.
package struct ConversationDocument: Sendable {
  package let dialect: Dialect
  /// Not all was there when it was written.
  package let isCut: Bool
  /// nil: too long to be looked at.
  package var request: ConversationTree?
  /// nil: there was none.
  package var answer: ConversationTree?
  package var outcome = ""
  /// What the caller was told of a call that has failed.
  package var error: (code: String, message: String)?

  package init(dialect: Dialect, isCut: Bool) {
    self.dialect = dialect
    self.isCut = isCut
  }

  // From here on so many bytes of each text are kept; with fewer a reader learns nothing.
  private static let longestTexts = [32 << 10, 8 << 10, 2 << 10, 512, 128]

  /// The JSON document, of at most `maximum` bytes: where it is longer, long texts are cut, and at last the request is left out.
  package func written(maximum: Int) -> (bytes: [UInt8], isTruncated: Bool) {
    let whole = bytes(longest: .max)
    if whole.count <= maximum { return (whole, isCut) }
    for longest in Self.longestTexts {
      let cut = bytes(longest: longest)
      if cut.count <= maximum { return (cut, true) }
    }
    var rest = self
    rest.request = nil
    for longest in Self.longestTexts {
      let cut = rest.bytes(longest: longest)
      if cut.count <= maximum { return (cut, true) }
    }
    rest.answer = nil
    return (rest.bytes(longest: 128), true)
  }

  private func bytes(longest: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    JSONText.append("{\"dialect\":", to: &bytes)
    JSONText.quote(into: &bytes, dialect.rawValue)
    JSONText.append(",\"outcome\":", to: &bytes)
    JSONText.quote(into: &bytes, outcome)
    JSONText.append(",\"request\":", to: &bytes)
    Self.write(request, into: &bytes, longest)
    JSONText.append(",\"answer\":", to: &bytes)
    Self.write(answer, into: &bytes, longest)
    if let error {
      JSONText.append(",\"error\":", to: &bytes)
      ConversationTree.members([("code", .text(error.code)), ("message", .text(error.message))])
        .write(into: &bytes, longest: longest)
    }
    JSONText.append("}", to: &bytes)
    return bytes
  }

  private static func write(_ tree: ConversationTree?, into bytes: inout [UInt8], _ longest: Int) {
    if let tree { tree.write(into: &bytes, longest: longest) } else { JSONText.append("null", to: &bytes) }
  }
}
