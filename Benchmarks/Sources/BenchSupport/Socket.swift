import CBenchSystem
import Glibc

/// IPv4 TCP on the loopback interface, non-blocking, without Nagle's delay.
package enum Socket {
  package struct Failure: Error, CustomStringConvertible {
    package let call: String
    package let code: Int32
    package var description: String { "\(call): \(String(cString: strerror(code)))" }
  }

  package static func listen(port: UInt16) throws(Failure) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | nonBlocking, 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    guard withLoopback(port, { bind(descriptor, $0, $1) }) == 0 else { throw Failure(call: "bind", code: errno) }
    guard Glibc.listen(descriptor, 4096) == 0 else { throw Failure(call: "listen", code: errno) }
    return descriptor
  }

  /// - Returns: `nil` when nobody is waiting.
  package static func accept(on listener: Int32) -> Int32? {
    let descriptor = bench_accept(listener)
    guard descriptor >= 0 else { return nil }
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    return descriptor
  }

  /// Connects before it returns: on loopback that takes microseconds.
  package static func connect(port: UInt16) throws(Failure) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
    guard withLoopback(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      let code = errno
      close(descriptor)
      throw Failure(call: "connect", code: code)
    }
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    return descriptor
  }

  private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var on: Int32 = 1
    setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func withLoopback(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
