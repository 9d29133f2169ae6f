import Logging
import Synchronization

/// Tells of a collector that does not take spans, once, and when it does again.
final class TraceLog: Sendable {
  private struct State {
    var isFailing = false
    var lost = 0
    /// The collector had something to say of the last spans that it took.
    var hasRemark = false
  }

  private let state = Mutex(State())
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func failed(_ reason: String, _ url: String) {
    let isNews = state.withLock { state in
      defer { state.isFailing = true }
      return !state.isFailing
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
        state.isFailing = false
        state.lost = 0
        state.hasRemark = rejected > 0 || message != nil
      }
      return (state.isFailing, state.lost, (rejected > 0 || message != nil) && !state.hasRemark)
    }
    if wasFailing { logger.notice("the collector takes traces again", metadata: ["lost": "\(lost)"]) }
    guard isNews else { return }
    logger.warning(
      rejected > 0 ? "the collector rejects spans" : "the collector has a remark on spans",
      metadata: ["spans": "\(rejected)", "reason": "\(message ?? "none given")"])
  }
}
