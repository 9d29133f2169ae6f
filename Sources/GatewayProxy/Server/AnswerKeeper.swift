import GatewayCore
import GatewayPolicies
import NIOCore

/// Collects the answer of a call for which the cache is on, and gives it to the store when it is whole.
final class AnswerKeeper {
  let key: AnswerKey
  /// That the key is of: what another one answers in its place, while it is out of order, is not kept.
  private let wanted: String
  private let ttl: Duration
  private let maximum: Int
  private let seen: AnswerMark
  /// Whether the answer says why it ended: that of a conversation does.
  let needsReasons: Bool
  /// Of the attempt that answers.
  var witness: AnswerWitness?
  private var contentType = ByteBuffer()
  private var body = ByteBuffer()
  private var isStream = false
  /// nil: there is no answer to keep.
  private var status: Int?

  /// - Parameters:
  ///   - target: that is tried first.
  ///   - maximum: bytes of the largest answer that is kept.
  ///   - seen: what the store said before the call.
  init(key: AnswerKey, target: String, ttl: Duration, maximum: Int, seen: AnswerMark, needsReasons: Bool) {
    self.key = key
    wanted = target
    self.ttl = ttl
    self.maximum = maximum
    self.seen = seen
    self.needsReasons = needsReasons
  }

  /// Whether an answer of that size may be kept.
  func takes(_ count: Int) -> Bool { count <= maximum }

  func take(_ status: Int, _ contentType: ByteBuffer?, _ body: ByteBuffer) {
    begin(status, contentType, isStream: false)
    append(body)
  }

  func begin(_ status: Int, _ contentType: ByteBuffer?, isStream: Bool = true) {
    self.status = status
    self.contentType = contentType ?? ByteBuffer()
    self.isStream = isStream
    body = ByteBuffer()
  }

  /// Events as they leave.
  func append(_ events: ByteBuffer) {
    guard status != nil else { return }
    guard takes(body.readableBytes + events.readableBytes) else {
      status = nil
      body = ByteBuffer()
      return
    }
    body.append(events)
  }

  /// The answer is whole.
  func keep(in store: any AnswerStore, _ record: ExchangeRecord, dropped: String, emulated: String, now: WallTime) {
    guard status == 200, let target = record.target, target == wanted, seen != .unknown,
      !needsReasons || witness.map({ !$0.isPartial && PureCall.isComplete($0.answer.finishReasons) }) ?? false
    else { return }
    let expiry = WallTime(milliseconds: now.milliseconds + ttl.wholeNanoseconds / 1_000_000)
    var answer = KeptAnswer(
      body: Array(body.readableBytesView), isStream: isStream, contentType: String(buffer: contentType),
      target: target, keptAt: now, expiresAt: expiry)
    answer.dropped = dropped
    answer.emulated = emulated
    answer.cost = record.cost?.money
    answer.priceVersion = record.cost?.priceVersion ?? ""
    store.keep(answer, under: key, since: seen, now: now)
  }
}
