import Glibc

/// A port of this machine that nobody answers on, held for as long as this value lives.
package final class UnreachablePort: Sendable {
  package enum Manner: Sendable {
    /// Connections are refused at once.
    case refuses
    /// Connections are never established: the listener's queue is full and nobody accepts.
    case hangs
  }

  package let port: Int
  private let descriptors: [CInt]

  package init(_ manner: Manner) throws {
    let listener = try Self.socket()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try Self.check(Self.withAddress(&address) { bind(listener, $0, $1) }, "bind")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
    }
    try Self.check(named, "getsockname")
    port = Int(UInt16(bigEndian: address.sin_port))
    var held = [listener]
    if manner == .hangs {
      try Self.check(listen(listener, 0), "listen")
      // A queue of length 0 holds one connection; what comes after it waits for ever.
      for _ in 0..<4 {
        let filler = try Self.socket()
        _ = fcntl(filler, F_SETFL, fcntl(filler, F_GETFL) | O_NONBLOCK)
        _ = Self.withAddress(&address) { connect(filler, $0, $1) }
        held.append(filler)
      }
    }
    descriptors = held
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  package var url: String { "http://127.0.0.1:\(port)/v1" }

  /// A port that is free now, for a server that is started next.
  package static func free() throws -> Int { try UnreachablePort(.refuses).port }

  private static func socket() throws -> CInt {
    let descriptor = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try check(descriptor, "socket")
    return descriptor
  }

  private static func withAddress(
    _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func check(_ result: CInt, _ what: String) throws {
    guard result >= 0 else { throw ScenarioError("\(what) failed with errno \(errno)") }
  }
}
