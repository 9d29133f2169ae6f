import GatewayCore
import NIOCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writes one piece of a head behind the other into room that was asked for once: a buffer would look for room, and for who else
/// holds it, before each of a dozen pieces.
///
/// What it writes is the program's own, or has been validated.
struct HeadCursor {
  private let room: UnsafeMutableRawBufferPointer
  /// Bytes that have been written.
  private(set) var count = 0

  /// - Parameter room: with at least as many bytes as will be written.
  init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

  @inline(__always)
  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, let base = room.baseAddress else { return }
    precondition(bytes.count <= room.count - count, "a head is longer than its room")
    memcpy(base + count, source, bytes.count)
    count &+= bytes.count
  }

  @inline(__always)
  mutating func write(_ text: StaticString) {
    write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func write(_ buffer: ByteBuffer) { buffer.withUnsafeReadableBytes { write($0) } }

  /// A number that is not negative.
  mutating func write(_ number: Int) {
    // The longest number has 19 digits.
    precondition(number >= 0 && room.count - count >= 19, "a head is longer than its room")
    guard let base = room.baseAddress else { return }
    count &+= HeadWriter.put(UInt(bitPattern: number), radix: 10, at: base + count)
  }

  /// 32 hexadecimal digits.
  mutating func write(_ id: ExchangeID) {
    precondition(room.count - count >= ExchangeID.length, "a head is longer than its room")
    id.write(to: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
    count &+= ExchangeID.length
  }

  /// `HTTP/1.1 STATUS REASON`; a status without a well-known reason gets an empty one.
  mutating func writeStatusLine(_ status: Int) {
    precondition(100...599 ~= status, "a status line needs a status from 100 to 599")
    if status == 200 { return write("HTTP/1.1 200 OK\r\n") }
    write("HTTP/1.1 ")
    write(status)
    write(" ")
    write(ReasonPhrase.of(status))
    write("\r\n")
  }
}
