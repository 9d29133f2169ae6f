import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// How answers are kept and given again.
extension Exchange {
  /// What the request says to caches.
  var cacheControl: CacheDirectives {
    var control = CacheDirectives()
    for field in head.fields where field.name.count == 13 {
      if headBytes.slice(field.name).equalsIgnoringCase("cache-control") {
        control.read(String(buffer: headBytes.slice(field.value)))
      }
    }
    return control
  }

  /// The end of a call that no target was asked for.
  func answer(recalling answer: KeptAnswer, age: Int64) {
    record.cache = .hit
    if let cost = answer.cost {
      record.saved = cost
      record.cost = ExchangeRecord.Cost(
        money: Money(billionths: 0, currency: cost.currency), priceVersion: answer.priceVersion)
    }
    let type = ByteBuffer(string: answer.contentType)
    let body = ByteBuffer(bytes: answer.body)
    if answer.isStream {
      beginStream(200, contentType: type) { write(answer, age: age, into: &$0) }
      settleLimits()
      sendLastOfStream(body)
    } else {
      sendAnswer(200, contentType: type, body) { write(answer, age: age, into: &$0) }
    }
    ended(.success)
  }

  private func write(_ answer: KeptAnswer, age: Int64, into out: inout ByteBuffer) {
    writeChecked("x-sluice-target", answer.target, into: &out)
    writeRecallFields(into: &out)
    HeadWriter.writeField("age", Int(age), into: &out)
    if !answer.dropped.isEmpty { writeChecked("x-sluice-dropped", answer.dropped, into: &out) }
    if !answer.emulated.isEmpty { writeChecked("x-sluice-emulated", answer.emulated, into: &out) }
  }

  /// The answer is whole, and about to be sent: who has read it may ask again at once.
  ///
  /// - Parameter complete: adds the rest of it.
  func keep(_ keeper: AnswerKeeper, _ complete: (AnswerKeeper) -> Void) {
    self.keeper = nil
    complete(keeper)
    keeper.keep(
      in: loop.answers, record, dropped: droppedNames ?? "", emulated: emulatedNames ?? "", now: .current)
  }
}
