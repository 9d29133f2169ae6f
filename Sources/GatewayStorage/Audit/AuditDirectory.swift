import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file of audit records, by what its name says.
package struct AuditFile: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Records of changes that have left the database.
    case changes
    /// Records of calls.
    case exchanges
  }

  package let kind: Kind
  package let name: String
  /// The number of its first record.
  let first: Int64
  /// Of archives of changes the number of the last record.
  let last: Int64?
  /// Of calls the day (UTC) on which it was written: `2026-11-21`.
  let day: String?

  private static let digits = 12

  /// `changes-000000000001-000000000420.jsonl`, `exchanges-000000000001-2026-11-21.jsonl`; nil: another name.
  package init?(name: String) {
    guard name.hasSuffix(".jsonl") else { return nil }
    let parts = name.dropLast(6).split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])), parts[1].utf8.count == Self.digits,
      let first = Int64(parts[1]), first > 0
    else { return nil }
    self.kind = kind
    self.name = name
    self.first = first
    switch kind {
    case .changes:
      guard parts[2].utf8.count == Self.digits, let last = Int64(parts[2]), last >= first else { return nil }
      (self.last, day) = (last, nil)
    case .exchanges:
      guard parts[2].utf8.count == 10 else { return nil }
      (last, day) = (nil, String(parts[2]))
    }
  }

  static func changes(_ numbers: ClosedRange<Int64>) -> String {
    "changes-\(padded(numbers.lowerBound))-\(padded(numbers.upperBound)).jsonl"
  }

  static func exchanges(from number: Int64, day: String) -> String { "exchanges-\(padded(number))-\(day).jsonl" }

  private static func padded(_ number: Int64) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}

/// The directory of this node's audit files. Names sort in the order of the records.
package struct AuditDirectory: Hashable, Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package func file(_ name: String) -> String { path + "/" + name }

  /// The oldest first.
  package func files(_ kind: AuditFile.Kind) -> [AuditFile] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .compactMap { AuditFile(name: $0) }.filter { $0.kind == kind }.sorted { $0.name < $1.name }
  }

  func prepare() throws(StorageError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure(path) }
  }

  /// Puts a whole file there, or none: what is under its name is on the disk.
  func put(_ bytes: [UInt8], as name: String) throws(StorageError) {
    let (whole, partial) = (file(name), file(name + ".partial"))
    let opened = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw failure(partial) }
    defer { close(opened) }
    do throws(SystemFailure) {
      try FileBytes.write(bytes, to: opened)
    } catch {
      throw .auditFile(path: partial, reason: "\(error)")
    }
    guard fsync(opened) == 0, rename(partial, whole) == 0 else { throw failure(whole) }
    try synchronize()
  }

  /// Waits until the disk knows which files there are.
  func synchronize() throws(StorageError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw failure(path) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw failure(path) }
  }

  func remove(_ file: AuditFile) throws(StorageError) {
    guard unlink(self.file(file.name)) == 0 || errno == ENOENT else { throw failure(self.file(file.name)) }
  }

  /// The lines of a file without their ends; what follows the last end is no line.
  func lines(of file: AuditFile) throws(StorageError) -> AuditLines { try AuditLines(path: self.file(file.name)) }

  private func failure(_ path: String) -> StorageError {
    .auditFile(path: path, reason: SystemError.describe(errno))
  }
}

/// The lines of a file of audit records.
struct AuditLines: Sequence {
  private let data: Data
  /// Bytes behind the end of the last line.
  let rest: Int

  /// Of the whole file, in bytes.
  var length: Int { data.count }

  var last: [UInt8]? {
    guard data.count > rest else { return nil }
    let end = data.index(data.endIndex, offsetBy: -rest - 1)
    let start = data[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? data.startIndex
    return Array(data[start..<end])
  }

  init(path: String) throws(StorageError) {
    do { data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
      throw .auditFile(path: path, reason: "it cannot be read")
    }
    let end = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    rest = data.count - end
  }

  func makeIterator() -> AnyIterator<[UInt8]> {
    var start = data.startIndex
    return AnyIterator {
      guard start < data.endIndex, let end = data[start...].firstIndex(of: 0x0A) else { return nil }
      defer { start = end + 1 }
      return Array(data[start..<end])
    }
  }
}

/// Writing to a descriptor.
enum FileBytes {
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemFailure) {
    let failure: SystemFailure? = bytes.withUnsafeBytes { bytes in
      do throws(SystemFailure) { try write(bytes, to: descriptor) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }

  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemFailure) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if count < 0, errno != EINTR {
        throw SystemFailure(errno)
      }
    }
  }
}
