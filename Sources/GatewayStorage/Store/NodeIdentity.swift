import Foundation
import GatewayCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Which of the gateways that share a database this process is: a random name in a file beside its journal, so that it finds its
/// own counters again. A second process with the same files takes the next file.
final class NodeIdentity: Sendable {
  // More processes than anybody starts with the same files.
  private static let slots = 1...64
  private static let length = 32

  /// 32 hexadecimal digits.
  let name: String
  /// Locked until the end of the process, or of this. -1: released.
  private let descriptor: Mutex<Int32>

  /// - Parameter files: what the names of the files begin with.
  init(beside files: String) throws(StorageError) {
    for slot in Self.slots {
      let path = files + ".node" + (slot == 1 ? "" : "-\(slot)")
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard opened >= 0 else { throw .nodeFile(path: path, reason: SystemError.describe(errno)) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        close(opened)
        continue
      }
      guard let name = Self.name(in: opened) else {
        close(opened)
        throw .nodeFile(path: path, reason: "it cannot be read or written")
      }
      self.name = name
      descriptor = Mutex(opened)
      return
    }
    throw .nodeFile(path: files + ".node", reason: "\(Self.slots.count) processes use it")
  }

  deinit { release() }

  /// Another process may be this node from now on.
  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }

  /// The name of the first process with these files, also while it runs.
  static func known(beside files: String) -> String? {
    guard let name = try? String(contentsOfFile: files + ".node", encoding: .utf8), name.utf8.count == length else {
      return nil
    }
    return name
  }

  private static func name(in descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: length)
    let count = pread(descriptor, &bytes, length, 0)
    if count == length, bytes.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    let name = (0..<length).map { _ in "0123456789abcdef".randomElement() ?? "0" }
    let fresh = Array(String(name).utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, fresh, length, 0) == length, fsync(descriptor) == 0 else {
      return nil
    }
    return String(name)
  }
}
