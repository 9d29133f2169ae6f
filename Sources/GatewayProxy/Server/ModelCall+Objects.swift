import Foundation
import GatewayCore
import GatewayDialects
import NIOCore

/// Objects that a provider keeps, in calls of models.
extension ModelCall {
  /// What a body names of them.
  struct NamedObjects {
    /// The provider that keeps them.
    var owner: String?
    /// Where the first id is that names no provider, where callers have to prove what is theirs: of use only to a provider
    /// that keeps nothing for them.
    var unmarked: String?
  }

  /// Takes the names of providers out of the ids in a body (`file-abc~openai`).
  static func namedObjects(_ exchange: Exchange) throws(GatewayError) -> NamedObjects {
    let isMentioned = exchange.body.withUnsafeReadableBytes { bytes in
      hasMark(of: exchange.snapshot.providers, bytes)
        || exchange.snapshot.separatesObjects && ObjectMention.isIn(bytes)
    }
    guard isMentioned else { return NamedObjects() }
    let stripped: StrippedBody
    do throws(DialectFault) {
      stripped = try ObjectIDs.strip(exchange.body, exchange.objectMarkOfModelCall, isModelCall: true)
    } catch {
      // A form, or a body that the scan refuses.
      guard let path = error.path else {
        if exchange.snapshot.separatesObjects, let field = exchange.head.first(.contentType) {
          let type = exchange.headBytes.slice(field.value)
          if type.startsIgnoringCase("multipart/form-data") { try ObjectForm.check(exchange.body, type) }
        }
        return NamedObjects()
      }
      throw GatewayError(.invalidParameter, error.message, parameter: path)
    }
    if let path = stripped.foreign { throw .unknownObject(at: path) }
    if stripped.owner != nil { exchange.replaceBody(stripped.bytes) }
    return NamedObjects(owner: stripped.owner, unmarked: stripped.unmarked)
  }

  /// Whether a string ends with the name of a provider that keeps objects.
  private static func hasMark(of providers: [Provider], _ bytes: UnsafeRawBufferPointer) -> Bool {
    // Few bodies have the sign at all.
    guard let start = bytes.baseAddress, memchr(start, Int32(UInt8(ascii: "~")), bytes.count) != nil else {
      return false
    }
    return providers.contains { !$0.keeps.isEmpty && bytes.firstRange(of: "~\($0.name)\"".utf8) != nil }
  }
}

/// A quick look whether a body may name an object that a provider keeps.
enum ObjectMention {
  private static let endings: [StaticString] = ["file", "response", "vector_store"]

  /// Finds the members `file_id`, `file_ids`, `previous_response_id` and `vector_store_ids`, and escapes of plain
  /// characters (`\u005f`), behind which they may hide.
  static func isIn(_ bytes: UnsafeRawBufferPointer) -> Bool {
    find(UInt8(ascii: "_"), in: bytes) { place in
      guard follows("id", bytes, place + 1) else { return false }
      return endings.contains { place >= $0.utf8CodeUnitCount && follows($0, bytes, place - $0.utf8CodeUnitCount) }
    }
      || find(UInt8(ascii: "\\"), in: bytes) { place in
        guard follows("u00", bytes, place + 1), place + 4 < bytes.count else { return false }
        return 0x32...0x37 ~= bytes[place + 4]
      }
  }

  private static func find(
    _ byte: UInt8, in bytes: UnsafeRawBufferPointer, where isMeant: (Int) -> Bool
  ) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    var start = 0
    while start < bytes.count, let found = memchr(base + start, Int32(byte), bytes.count - start) {
      let place = UnsafeRawPointer(found) - base
      if isMeant(place) { return true }
      start = place + 1
    }
    return false
  }

  private static func follows(_ text: StaticString, _ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
  }
}
