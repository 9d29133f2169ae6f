import Foundation
import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Phases 2 and 7 as far as they count.
extension Exchange {
  enum Admission {
    case letIn
    case refused(GatewayError)
    /// `limitsAnswered` follows.
    case waiting
  }

  /// Takes what the call wants of its limits.
  func reserve(for call: any LimitedCall) -> Admission {
    guard isLimited || call.route?.limits.isEmpty == false else { return .letIn }
    let check = LimitCheck(LimitCheck.Call(caller: caller, route: call.route), in: snapshot)
    let demands: [Demand]
    do throws(GatewayError) {
      demands = try check.demands({ call.size }, limitValue)
    } catch {
      return .refused(error)
    }
    guard let answer = loop.counters.reserveNow(demands, now: .current) else {
      loop.counters.reserve(demands, now: .current) { self.limitsAnswered($0) }
      return .waiting
    }
    return take(answer).map { .refused($0) } ?? .letIn
  }

  /// - Returns: why the call is not let in.
  func take(_ answer: Result<Reservation, LimitDenial>) -> GatewayError? {
    switch answer {
    case .success(let reservation):
      standings = reservation.standings
      self.reservation = reservation
      return nil
    case .failure(let denial):
      if case .refused(let refusal) = denial {
        standings = refusal.standings
        record.refusedBy = refusal.limit
      }
      return GatewayError(denial)
    }
  }

  /// Of a call that has ended before it began.
  func giveBack(_ reservation: Reservation) {
    _ = loop.counters.settle(reservation, spent: .nothing, now: .current)
  }

  /// The call is over, and its usage known. What has been settled stays so.
  func settleLimits() {
    if providerHold != nil { settleProvider(spent) }
    guard let reservation else { return }
    self.reservation = nil
    settle(reservation, spent)
  }

  func settle(_ reservation: Reservation, _ spent: Spent) {
    for notice in loop.counters.settle(reservation, spent: spent, now: .current) {
      loop.shared.budgetReached(notice)
    }
  }

  private var spent: Spent {
    var spent = Spent()
    if let usage = record.usage {
      spent.inputTokens = Int64(usage.totalInput)
      spent.outputTokens = Int64(usage.totalOutput)
    }
    spent.cost = record.cost?.money
    return spent
  }

  /// Notes what the usage of the call costs at the target that it was used at.
  ///
  /// - Parameter images: that were made.
  func charge(_ usage: TokenUsage, to provider: Provider, model: String, images: Int = 0) {
    guard let entry = loop.price(of: model, at: provider) else { return }
    // The moment that the call came in decides.
    let elapsed = loop.clock.now.nanoseconds(since: record.startedAt) / 1_000_000
    let time = WallTime(milliseconds: WallTime.current.milliseconds - elapsed)
    record.cost = ExchangeRecord.Cost(
      money: entry.cost(of: usage, at: time, images: images), priceVersion: entry.version)
  }

  func limitValue(_ key: LimitKey) -> String? {
    switch key {
    case .header(let name): return fieldValue(named: name).map { String(buffer: $0) }
    case .query(let name): return queryValue(name)
    case .cookie(let name): return cookie(name)
    case .ip: return record.clientAddress
    case .all, .consumer, .team, .organisation, .key, .model, .provider, .claim: return nil
    }
  }

  /// Percent-decoded.
  func queryValue(_ name: String) -> String? {
    headBytes.withUnsafeReadableBytes { bytes in
      for parameter in head.query.bytes(in: bytes).split(separator: UInt8(ascii: "&")) {
        let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard Endpoint.percentDecoded(UnsafeRawBufferPointer(rebasing: parts[0])) == name else { continue }
        return parts.count > 1 ? Endpoint.percentDecoded(UnsafeRawBufferPointer(rebasing: parts[1])) : ""
      }
      return nil
    }
  }

  /// RFC 6265 §4.2.1.
  func cookie(_ name: String) -> String? {
    guard let field = fieldValue(named: "cookie") else { return nil }
    for pair in String(buffer: field).split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].trimmingPrefix(while: { $0 == " " }) == name else { continue }
      return String(parts[1])
    }
    return nil
  }

  // MARK: Headers

  /// How the limits stand that are nearest to refusing, in the words of the caller's dialect.
  func writeStandings(to head: inout HeadCursor) {
    if let requests = standings.requests { write(requests, Self.requestFields, to: &head) }
    if let tokens = standings.tokens { write(tokens, Self.tokenFields, to: &head) }
  }

  /// Names with their colons, and the end of the line before.
  private struct Fields {
    let (limit, remaining, reset): (StaticString, StaticString, StaticString)
    /// Anthropic's words for the same.
    let anthropic: (limit: StaticString, remaining: StaticString, reset: StaticString)
  }

  private static let requestFields = Fields(
    limit: "x-ratelimit-limit-requests: ", remaining: "\r\nx-ratelimit-remaining-requests: ",
    reset: "\r\nx-ratelimit-reset-requests: ",
    anthropic: (
      "anthropic-ratelimit-requests-limit: ", "\r\nanthropic-ratelimit-requests-remaining: ",
      "\r\nanthropic-ratelimit-requests-reset: "
    ))
  private static let tokenFields = Fields(
    limit: "x-ratelimit-limit-tokens: ", remaining: "\r\nx-ratelimit-remaining-tokens: ",
    reset: "\r\nx-ratelimit-reset-tokens: ",
    anthropic: (
      "anthropic-ratelimit-tokens-limit: ", "\r\nanthropic-ratelimit-tokens-remaining: ",
      "\r\nanthropic-ratelimit-tokens-reset: "
    ))

  private func write(_ standing: Standing, _ fields: Fields, to head: inout HeadCursor) {
    head.write(fields.limit)
    head.write(Int(standing.limit))
    head.write(fields.remaining)
    head.write(Int(standing.remaining))
    if let reset = standing.reset {
      head.write(fields.reset)
      Self.write(reset, to: &head)
    }
    head.write("\r\n")
    guard dialect == .anthropic else { return }
    head.write(fields.anthropic.limit)
    head.write(Int(standing.limit))
    head.write(fields.anthropic.remaining)
    head.write(Int(standing.remaining))
    if let reset = standing.reset {
      let moment = WallTime.current.seconds + Int64(reset.inSeconds.rounded(.up))
      let text = WallTime(milliseconds: moment * 1000).text
      head.write(fields.anthropic.reset)
      text.withBytes { head.write($0) }
    }
    head.write("\r\n")
  }

  /// As OpenAI writes durations: `250ms`, `1s`, `86400s`.
  private static func write(_ duration: Duration, to head: inout HeadCursor) {
    let milliseconds = max(0, duration.wholeNanoseconds / 1_000_000)
    let isLong = milliseconds >= 1000
    head.write(Int(isLong ? (milliseconds + 999) / 1000 : milliseconds))
    head.write(isLong ? "s" : "ms")
  }
}

extension WallTime {
  /// The system's clock.
  static var current: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
