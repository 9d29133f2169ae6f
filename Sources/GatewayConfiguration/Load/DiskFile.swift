#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file could not be read.
package enum FileFault: Error, Hashable, Sendable {
  case missing, unreadable, isDirectory, tooLarge

  /// Completes "the file …".
  var predicate: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable: "cannot be read"
    case .isDirectory: "is a directory"
    case .tooLarge: "is too large"
    }
  }
}

/// Files of the machine.
package enum DiskFile {
  package static func read(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
    guard let file = fopen(path, "r") else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else { throw .tooLarge }
    }
    guard ferror(file) == 0 else { throw errno == EISDIR ? .isDirectory : .unreadable }
    return bytes
  }

  /// `path`, or where it is below `directory` when it is relative. `~/` is the home directory.
  static func resolve(_ path: String, in directory: String, home: String?) -> String {
    if path.hasPrefix("~/"), let home { return home + path.dropFirst() }
    if path.hasPrefix("/") || directory.isEmpty { return path }
    return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
  }

  /// The directory that a file is in; empty for the working directory.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
