import Foundation
package import GatewayCore

/// Makes unreadable in texts what the rules of `conversations.mask` name: first the expressions, in their order, then what has a
/// rule of its own.
package struct ConversationMask: Sendable {
  private let patterns: [(expression: NSRegularExpression, replacement: String)]
  private let rules: Set<MaskRule>

  /// The rules have not come to their end in a text: nothing is known of what they would have masked.
  package struct Unmasked: Error {}

  /// - Parameter rules: whose expressions are known to be some.
  package init(_ rules: [MaskRule]) {
    var patterns: [(NSRegularExpression, String)] = []
    var own: Set<MaskRule> = []
    for rule in rules {
      guard case .pattern(let text, let replacement) = rule else {
        own.insert(rule)
        continue
      }
      guard let expression = try? NSRegularExpression(pattern: text) else { continue }
      patterns.append((expression, replacement))
    }
    self.patterns = patterns
    self.rules = own
  }

  /// - Parameter isLate: asked before the text is looked at, and while an expression looks for matches; when it says so, the search
  ///   is given up.
  package func masked(_ text: String, isLate: @escaping () -> Bool) throws(Unmasked) -> String {
    if isLate() { throw Unmasked() }
    var text = text
    for (expression, replacement) in patterns {
      text = try Self.replaced(expression, by: replacement, in: text, isLate: isLate)
    }
    return rules.isEmpty ? text : MaskScan.masked(text, rules: rules)
  }

  private static func replaced(
    _ expression: NSRegularExpression, by replacement: String, in text: String, isLate: @escaping () -> Bool
  ) throws(Unmasked) -> String {
    let whole = NSRange(text.startIndex..., in: text)
    var ranges: [NSRange] = []
    var isDone = false
    expression.enumerateMatches(in: text, options: [.reportProgress, .reportCompletion], range: whole) {
      match, flags, stop in
      if let match { ranges.append(match.range) }
      if flags.contains(.completed) {
        isDone = !flags.contains(.internalError)
      } else if isLate() {
        stop.pointee = true
      }
    }
    guard isDone else { throw Unmasked() }
    guard !ranges.isEmpty else { return text }
    // Expressions count in UTF-16, and may begin or end within what is one character to a reader.
    let units = Array(text.utf16)
    var masked: [UInt16] = []
    var end = 0
    for range in ranges where range.length > 0 {
      masked += units[end..<range.location]
      masked += replacement.utf16
      end = range.location + range.length
    }
    masked += units[end...]
    return String(decoding: masked, as: UTF16.self)
  }
}
