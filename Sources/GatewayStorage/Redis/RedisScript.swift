import Crypto

/// A Lua script that runs on the server, called by its digest.
package struct RedisScript: Hashable, Sendable {
  package let source: String
  /// SHA-1 of the source in hexadecimal digits, as the server names it.
  let digest: String

  package init(_ source: String) {
    self.source = source
    let digits = Array("0123456789abcdef".utf8)
    digest = String(
      decoding: Insecure.SHA1.hash(data: Array(source.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }

  /// - Parameters:
  ///   - keys: how many of the operands are keys; in a cluster all of one slot, that is with the same `{tag}`.
  ///   - operands: the keys, then the arguments.
  func call(keys: Int, _ operands: RedisCommand, bySource: Bool) -> RedisCommand {
    var command = bySource ? RedisCommand("EVAL", source) : RedisCommand("EVALSHA", digest)
    command.append(Int64(keys))
    command.append(contentsOf: operands)
    return command
  }
}
