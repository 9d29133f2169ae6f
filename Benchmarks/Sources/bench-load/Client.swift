/// One connection of the load generator.
final class Client {
  let index: Int
  var descriptor: Int32 = -1
  var reader = ResponseReader()
  var stream = StreamCheck()
  /// When the request in flight was sent; 0 between two requests.
  var sentAt: UInt64 = 0
  /// Bytes of the request in flight that the socket did not take.
  var unsent: [UInt8] = []

  init(index: Int) { self.index = index }
}
