import Foundation

/// Base64 with padding (RFC 4648 §4).
package enum Base64 {
  package static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  package static func decoded(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
