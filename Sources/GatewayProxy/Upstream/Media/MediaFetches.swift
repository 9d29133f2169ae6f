import GatewayCore
import GatewayDialects

/// Fetches the media of one exchange, a few side by side and each once, however many targets want them.
final class MediaFetches: Sweepable {
  /// One that did not come.
  struct Fault: Error {
    let reference: MediaReference
    let failure: MediaFailure
    /// Of its URL, where that can be read.
    let host: String?
  }

  /// At once: a caller must not make the gateway a crowd.
  private static let width = 4
  /// In one request; more than any provider takes.
  private static let maximumCount = 100

  private let settings: MediaSettings
  private let loop: Loop
  private let allowance: MediaAllowance
  private var fetched: [MediaReference: FetchedMedia] = [:]
  /// What happened in an earlier round happens again.
  private var faults: [MediaReference: Fault] = [:]
  private var waiting: ArraySlice<(MediaReference, MediaURL)> = []
  private var running: [MediaReference: (fetch: MediaFetch, host: String)] = [:]
  private var deadline = Instant(nanoseconds: 0)
  private var onEnd: ((Fault?) -> Void)?
  private var isStarting = false
  var sweepIndex = -1

  init(_ settings: MediaSettings, loop: Loop) {
    self.settings = settings
    self.loop = loop
    allowance = MediaAllowance(settings.maximum)
  }

  /// For the record of the exchange.
  var record: ExchangeRecord.Media {
    var record = ExchangeRecord.Media()
    record.fetched = fetched.count
    record.bytes = allowance.taken
    record.failure = faults.values.first?.failure.kind
    return record
  }

  subscript(reference: MediaReference) -> FetchedMedia? { fetched[reference] }

  /// - Parameters:
  ///   - deadline: of the exchange; the limit of the settings comes first where it is nearer.
  ///   - onEnd: called once, on the loop, maybe before this returns: with the first fault, or when all is there.
  func fetch(_ references: [MediaReference], deadline: Instant?, onEnd: @escaping (Fault?) -> Void) {
    if let known = references.lazy.compactMap({ self.faults[$0] }).first { return onEnd(known) }
    var wanted: [(MediaReference, MediaURL)] = []
    for reference in references where fetched[reference] == nil {
      do throws(MediaFailure) {
        guard wanted.count + fetched.count < Self.maximumCount else {
          throw MediaFailure(.size, "no more than \(Self.maximumCount) are fetched for one request")
        }
        wanted.append((reference, try checked(reference)))
      } catch {
        return onEnd(note(error, reference, host: (try? MediaURL(reference.url.string))?.host))
      }
    }
    let now = loop.clock.now
    let limit = now + settings.timeout
    self.deadline = deadline.map { min($0, limit) } ?? limit
    self.onEnd = onEnd
    waiting = wanted[...]
    loop.attemptSweep.add(self)
    startMore()
  }

  private func checked(_ reference: MediaReference) throws(MediaFailure) -> MediaURL {
    let url = try MediaURL(reference.url.string)
    if !url.endpoint.isTLS && !settings.lists(url) {
      throw MediaFailure(.url, "its URL is not an https URL; use https, or send the bytes as base64")
    }
    return url
  }

  private func startMore() {
    // A fetch that fails at once comes back here.
    guard !isStarting else { return }
    isStarting = true
    while onEnd != nil, running.count < Self.width, let (reference, url) = waiting.popFirst() { start(reference, url) }
    isStarting = false
    if waiting.isEmpty && running.isEmpty { end(nil) }
  }

  private func start(_ reference: MediaReference, _ url: MediaURL) {
    let pool = loop.pools.mediaPool(for: url, mayBePrivate: settings.lists(url), names: loop.shared.mediaNames)
    let fetch = MediaFetch(reference, at: url, pool: pool, allowance: allowance) { [self] result in
      running[reference] = nil
      switch result {
      case .success(let media):
        fetched[reference] = media
        startMore()
      case .failure(let failure): end(note(failure, reference, host: url.host))
      }
    }
    running[reference] = (fetch, url.host)
    fetch.begin(timeout: settings.timeout)
  }

  private func note(_ failure: MediaFailure, _ reference: MediaReference, host: String?) -> Fault {
    let fault = Fault(reference: reference, failure: failure, host: host)
    faults[reference] = fault
    return fault
  }

  func sweep(now: Instant) {
    guard now >= deadline, let (reference, slow) = running.first else { return }
    let failure = MediaFailure(
      .timeout, "it did not come within \(settings.timeout) (media.timeout), or before the deadline of the call")
    end(note(failure, reference, host: slow.host))
  }

  /// The exchange is over; `onEnd` is not called.
  func cancel() {
    onEnd = nil
    stop()
  }

  private func end(_ fault: Fault?) {
    guard let onEnd else { return }
    self.onEnd = nil
    stop()
    onEnd(fault)
  }

  private func stop() {
    loop.attemptSweep.remove(self)
    waiting = []
    let fetches = running.values
    running = [:]
    for (fetch, _) in fetches { fetch.cancel() }
  }
}
