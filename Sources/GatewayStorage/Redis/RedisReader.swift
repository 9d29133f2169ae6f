import CHiredis
import NIOCore

/// Bytes of a server in, values out: the parser of hiredis.
struct RedisReader: ~Copyable {
  private let reader: UnsafeMutablePointer<redisReader>

  init() {
    guard let created = redisReaderCreate() else { preconditionFailure("out of memory") }
    reader = created
  }

  deinit { redisReaderFree(reader) }

  mutating func feed(_ buffer: ByteBuffer) throws(RedisError) {
    let status = buffer.withUnsafeReadableBytes { bytes in
      redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    guard status == REDIS_OK else { throw failure }
  }

  /// The next whole value; `nil` when more bytes are needed.
  mutating func next() throws(RedisError) -> RedisValue? {
    var reply: UnsafeMutableRawPointer?
    guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw failure }
    guard let reply else { return nil }
    defer { freeReplyObject(reply) }
    return Self.value(reply.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private var failure: RedisError {
    .malformed(
      reason: withUnsafeBytes(of: reader.pointee.errstr) { text in
        String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
      })
  }

  /// The reader nests at most seven arrays.
  private static func value(_ reply: redisReply) -> RedisValue {
    switch reply.type {
    case REDIS_REPLY_INTEGER: .integer(reply.integer)
    case REDIS_REPLY_NIL: .null
    case REDIS_REPLY_ERROR: .error(String(decoding: bytes(reply), as: UTF8.self))
    case REDIS_REPLY_ARRAY:
      .array(
        UnsafeBufferPointer(start: reply.element, count: reply.elements).map { $0.map { value($0.pointee) } ?? .null })
    default: .string(Array(bytes(reply)))
    }
  }

  private static func bytes(_ reply: redisReply) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len))
  }
}
