import Crypto
import Foundation
import GatewayCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The installation's secret under which keys are hashed, in a file beside the database and not within it: who copies
/// the database alone cannot test guesses.
struct Pepper: Sendable {
  private static let size = 32

  private let key: SymmetricKey

  init(bytes: some ContiguousBytes) { key = SymmetricKey(data: bytes) }

  init(_ source: DatabaseLocation.PepperSource, mayCreate: Bool) throws(StorageError) {
    switch source {
    case .file(let path): try self.init(path: path, mayCreate: mayCreate)
    case .bytes(let bytes): self.init(bytes: bytes)
    }
  }

  /// Reads the file at `path`, or makes it, readable by its owner only. It holds 32 bytes, or their 64 hexadecimal digits.
  ///
  /// - Parameter mayCreate: whether a missing file is made; not so once keys were hashed with it.
  init(path: String, mayCreate: Bool) throws(StorageError) {
    if mayCreate, access(path, F_OK) != 0 { try Self.create(path: path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .pepperMissing(path: path) : .pepperUnusable(path: path, reason: SystemError.describe(errno))
    }
    defer { close(descriptor) }
    // More than needed, to notice a file that is too long.
    var bytes = [UInt8](repeating: 0, count: 4 * Self.size)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    bytes.removeLast(bytes.count - max(0, count))
    guard let secret = count == Self.size ? bytes : Self.hexadecimal(bytes) else {
      throw .pepperUnusable(path: path, reason: "it does not hold \(Self.size) bytes")
    }
    self.init(bytes: secret)
  }

  /// What 64 hexadecimal digits stand for, with blanks around them; nil: they are none.
  static func hexadecimal(_ text: some Collection<UInt8>) -> [UInt8]? {
    let digits = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard digits.utf8.count == 2 * size, digits.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
      return nil
    }
    let values = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }

  /// HMAC-SHA-256 of the 32 bytes of `digest`.
  func keyedHash(of digest: KeyDigest) -> KeyDigest {
    // A digest is its 32 bytes in memory order, without padding.
    withUnsafeBytes(of: digest) { bytes in
      HMAC<SHA256>.authenticationCode(for: bytes, using: key).withUnsafeBytes { KeyDigest(sha256: $0) }
    }
  }

  /// Tells whether a database was filled under this pepper, without being of use to find it.
  var check: KeyDigest { keyedHash(of: KeyDigest(of: "sluice pepper check")) }

  /// Written aside and linked into place, so that of two processes that start together both read the same file.
  private static func create(path: String) throws(StorageError) {
    let draft = "\(path).\(UInt64.random(in: .min ... .max)).draft"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .pepperUnusable(path: path, reason: SystemError.describe(errno)) }
    defer { unlink(draft) }
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isSafe = count == size && fsync(descriptor) == 0
    let reason = SystemError.describe(errno)
    close(descriptor)
    guard isSafe else { throw .pepperUnusable(path: path, reason: reason) }
    if link(draft, path) != 0, errno != EEXIST {
      throw .pepperUnusable(path: path, reason: SystemError.describe(errno))
    }
  }
}

extension DatabaseLocation.PepperSource {
  /// For messages.
  var name: String {
    switch self {
    case .file(let path): path
    case .bytes: "storage.pepper"
    }
  }
}
