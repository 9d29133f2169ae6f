import CBenchSystem
import Glibc

/// Level-triggered `epoll`.
package struct Poller: ~Copyable {
  private let descriptor: Int32
  private let ready: UnsafeMutableBufferPointer<bench_ready>

  package init() throws(Socket.Failure) {
    descriptor = bench_poller_create()
    guard descriptor >= 0 else { throw Socket.Failure(call: "epoll_create1", code: errno) }
    ready = .allocate(capacity: 512)
  }

  deinit {
    ready.deallocate()
    close(descriptor)
  }

  package func add(_ socket: Int32) { bench_poller_watch(descriptor, socket, 0, 1) }

  /// Reading is always watched; writing only while something waits to be written.
  package func watchWriting(_ socket: Int32, _ writable: Bool) {
    bench_poller_watch(descriptor, socket, writable ? 1 : 0, 0)
  }

  /// - Parameter deadline: on the monotonic clock; `nil` waits for ever.
  /// - Returns: how many sockets are ready, to be asked for with the subscript until the next wait.
  package func wait(until deadline: UInt64?) -> Int {
    var rest: Int64 = -1
    if let deadline {
      let now = MonotonicClock.nanoseconds()
      rest = deadline > now ? Int64(deadline - now) : 0
    }
    return max(0, Int(bench_poller_wait(descriptor, ready.baseAddress, Int32(ready.count), rest)))
  }

  package subscript(index: Int) -> (socket: Int32, isWritable: Bool) {
    (ready[index].socket, ready[index].events & 1 != 0)
  }
}
