import GatewayCore
import Logging
import Synchronization

/// Tells of a collector that does not take spans, once, and when it does again; and keeps what was said last.
final class TraceLog: Sendable {
  /// How the last requests to the collector went.
  struct Standing: Sendable {
    var isFailing = false
    /// Why it did not take a request, last; nil: it has taken all.
    var failure: (reason: String, at: WallTime)?
    /// When it has taken one, last.
    var takenAt: WallTime?
  }

  private struct State {
    var standing = Standing()
    var lost = 0
    /// The collector had something to say of the last spans that it took.
    var hasRemark = false
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  var standing: Standing { state.withLock { $0.standing } }

  func failed(_ reason: String, _ url: String) {
    let isNews = state.withLock { state in
      defer { state.standing.isFailing = true }
      state.standing.failure = (reason, .now)
      return !state.standing.isFailing
    }
    guard isNews else { return }
    logger.error(
      "the collector does not take traces; calls go on, and spans that wait too long are lost",
      metadata: ["collector": "\(url)", "reason": "\(reason)"])
  }

  func lost(_ spans: Int) { state.withLock { $0.lost += spans } }

  func taken(rejected: Int, _ message: String?) {
    let (wasFailing, lost, isNews) = state.withLock { state in
      defer {
        state.standing.isFailing = false
        state.standing.takenAt = .now
        state.lost = 0
        state.hasRemark = rejected > 0 || message != nil
      }
      return (state.standing.isFailing, state.lost, (rejected > 0 || message != nil) && !state.hasRemark)
    }
    if wasFailing { logger.notice("the collector takes traces again", metadata: ["lost": "\(lost)"]) }
    guard isNews else { return }
    logger.warning(
      rejected > 0 ? "the collector rejects spans" : "the collector has a remark on spans",
      metadata: ["spans": "\(rejected)", "reason": "\(message ?? "none given")"])
  }
}
