import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// Gets what stands at one URL of a request, over a connection of its own: no credential and no field of the caller goes with it,
/// and redirects are not followed.
final class MediaFetch: AnswerReceiver {
  private enum State {
    /// → `awaitingHead`, `ended`
    case connecting
    /// → `receiving`, `ended`
    case awaitingHead
    /// → `ended`
    case receiving(declared: String?)
    case ended
  }

  private let reference: MediaReference
  private let url: MediaURL
  private let pool: UpstreamPool
  private let allowance: MediaAllowance
  private var state = State.connecting
  private var onEnd: ((Result<FetchedMedia, MediaFailure>) -> Void)?
  private var start: [UInt8] = []
  private var encoded = Base64Stream()
  private var pending: UpstreamConnection?
  private var source: (any AnswerSource)?

  /// - Parameters:
  ///   - pool: of the host, and of nobody else.
  ///   - onEnd: called once, on the loop.
  init(
    _ reference: MediaReference, at url: MediaURL, pool: UpstreamPool, allowance: MediaAllowance,
    onEnd: @escaping (Result<FetchedMedia, MediaFailure>) -> Void
  ) {
    self.reference = reference
    self.url = url
    self.pool = pool
    self.allowance = allowance
    self.onEnd = onEnd
  }

  /// - Parameter timeout: after which the socket is given up; whoever started this cancels it before.
  func begin(timeout: Duration) {
    let opening = pool.connect(timeout: timeout, now: pool.clock.now) { [self] result in
      guard case .connecting = state else { return }
      pending = nil
      switch result {
      case .success(let connection): send(over: connection)
      case .failure(let error):
        let kind: MediaFailure.Kind = PrivateAddress.isCause(of: error) ? .address : .connection
        fail(kind, ConnectError.sentence(for: error))
      }
    }
    if case .connecting = state { pending = opening }
  }

  private func send(over connection: UpstreamConnection) {
    var head = HeadStart.make("GET", url.target, to: url.endpoint, through: nil)
    head.writeString("user-agent: sluice/\(Version.current)\r\naccept: */*\r\nconnection: close\r\n")
    HeadWriter.writeEnd(into: &head)
    state = .awaitingHead
    source = connection
    connection.send([head], to: self)
  }

  // MARK: The answer

  func receiveHead(_ head: AnswerHead) {
    guard case .awaitingHead = state else { return }
    if (300..<400).contains(head.status) {
      return fail(
        .redirect, "it redirects (status \(head.status)), which is not followed; name the address that it leads to")
    }
    guard head.status == 200 else { return fail(.status, "status \(head.status)") }
    if head.hasForeignEncoding { return fail(.type, "it came in a content coding that was not asked for") }
    let declared = head.contentType.map { String(buffer: $0) }
    if MediaTypes.isRefused(declared: declared, kind: reference.kind) { return failType(declared) }
    if let length = head.length, length > allowance.left { return failSize() }
    state = .receiving(declared: declared)
  }

  func receiveBody(_ bytes: ByteBuffer) {
    guard case .receiving = state else { return }
    guard allowance.take(bytes.readableBytes) else { return failSize() }
    bytes.withUnsafeReadableBytes { bytes in
      if start.count < MediaTypes.signatureLength { start += bytes.prefix(MediaTypes.signatureLength - start.count) }
      encoded.append(bytes)
    }
  }

  func receiveEnd() {
    source = nil
    guard case .receiving(let declared) = state else { return }
    guard encoded.count > 0 else { return fail(.type, "it is empty") }
    guard let type = MediaTypes.type(declared: declared, start: start, kind: reference.kind) else {
      return failType(declared)
    }
    end(.success(FetchedMedia(data: encoded.finish(), mediaType: type)))
  }

  func sourceFailed(_ failure: UpstreamFailure, after rest: ByteBuffer, isStale: Bool) {
    source = nil
    fail(.connection, failure.reason)
  }

  // MARK: The end

  /// Nobody wants it any more; `onEnd` is not called.
  func cancel() {
    onEnd = nil
    close()
  }

  private func failType(_ declared: String?) {
    let type = declared.map { "its type is '\($0.prefix(80))'" } ?? "its bytes are none that are known"
    fail(.type, "\(type), which is no \(reference.kind.noun)")
  }

  private func failSize() {
    fail(.size, "the media of a request may have \(allowance.maximum) bytes together (media.maximum)")
  }

  private func fail(_ kind: MediaFailure.Kind, _ reason: String) { end(.failure(MediaFailure(kind, reason))) }

  private func end(_ result: Result<FetchedMedia, MediaFailure>) {
    guard let onEnd else { return }
    self.onEnd = nil
    close()
    onEnd(result)
  }

  private func close() {
    state = .ended
    pending?.close()
    pending = nil
    source?.cancel()
    source = nil
    pool.close()
  }
}

/// How many bytes the media of one request may still have.
final class MediaAllowance {
  let maximum: Int
  private(set) var taken = 0

  init(_ maximum: Int) { self.maximum = maximum }

  var left: Int { maximum - taken }

  /// `false`: they are too many.
  func take(_ count: Int) -> Bool {
    guard count <= left else { return false }
    taken += count
    return true
  }
}
