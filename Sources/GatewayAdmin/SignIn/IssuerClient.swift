package import GatewayCore

/// Asks the servers of an issuer. Follows no redirect and uses no proxy.
package protocol IssuerClient: Sendable {
  func ask(_ question: IssuerQuestion) async throws(IssuerFault) -> IssuerReply
}

/// A request to a server of an issuer: GET, or POST where it has a form.
package struct IssuerQuestion: Sendable {
  /// From the start to the last byte.
  package static let timeLimit: Duration = .seconds(10)
  /// Bytes of a reply.
  package static let maximumBytes = 256 << 10

  package var server: IssuerServer
  /// `application/x-www-form-urlencoded`
  package var form: Secret?
  /// A header's value.
  package var authorization: Secret?

  package init(_ server: IssuerServer, form: Secret? = nil, authorization: Secret? = nil) {
    self.server = server
    self.form = form
    self.authorization = authorization
  }
}

package struct IssuerReply: Sendable {
  package var status: Int
  package var body: [UInt8]

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}

/// What is wrong with an issuer, as a sentence for the log. Holds no secrets.
package struct IssuerFault: Error, Hashable {
  package let sentence: String

  package init(_ sentence: String) { self.sentence = sentence }
}

/// What others wrote, in a message: short, and in printable ASCII.
enum ForeignText {
  static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" }
    return "'" + String(plain.prefix(120)) + (plain.count > 120 ? "…'" : "'")
  }
}

/// `application/x-www-form-urlencoded`, which is also a query's form.
enum FormText {
  static func encode(_ fields: [(name: String, value: String)]) -> String {
    fields.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&")
  }

  /// Everything but unreserved characters (RFC 3986 §2.3) as `%XX`.
  static func escape(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        result += byte < 16 ? "%0" : "%"
        result += String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
