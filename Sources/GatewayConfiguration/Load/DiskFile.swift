#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file could not be read.
package enum FileFault: Error, Hashable, Sendable {
  case missing, unreadable, isDirectory, notRegular, tooLarge

  /// Completes "the file …".
  package var predicate: String {
    switch self {
    case .missing: "does not exist"
    case .unreadable: "cannot be read"
    case .isDirectory: "is a directory"
    case .notRegular: "is a pipe or a device"
    case .tooLarge: "is too large"
    }
  }
}

/// Files of the machine.
package enum DiskFile {
  /// Also of a pipe, which a shell may hand over as a file; it is waited for.
  package static func read(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
    guard let file = fopen(path, "r") else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
    }
    return try read(file, limit: limit)
  }

  /// Of a file that somebody names in a configuration: never of a pipe or a device, which would keep whoever reads waiting.
  package static func readRegular(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = fdopen(descriptor, "r") else {
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      close(descriptor)
      throw isDirectory ? .isDirectory : .notRegular
    }
    return try read(file, limit: limit)
  }

  private static func read(_ file: UnsafeMutablePointer<FILE>, limit: Int) throws(FileFault) -> [UInt8] {
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
