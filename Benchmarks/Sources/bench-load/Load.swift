import BenchSupport
import Glibc

/// A closed loop: every connection sends its next request when the last one is answered.
final class Load {
  private let options: Options
  private let poller: Poller
  private var template: RequestTemplate
  private var clients: [Client] = []
  private var bySocket: [Client?] = []
  private var tally = Tally()
  private var sent = 0
  private var inFlight = 0
  private var started: UInt64 = 0
  private var ends: UInt64 = .max
  private var lastAnswer: UInt64 = 0
  private let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 262_144)
  /// Without any byte for so long the run is given up.
  private static let patience: UInt64 = 30_000_000_000

  init(_ options: Options) throws(Socket.Failure) {
    self.options = options
    poller = try Poller()
    template = RequestTemplate(options)
  }

  /// - Returns: the result as JSON, and whether every answer was right.
  func run() throws(Socket.Failure) -> (json: String, isClean: Bool) {
    for index in 0..<min(options.connections, options.requests) {
      let client = Client(index: index)
      clients.append(client)
      try open(client)
    }
    started = MonotonicClock.nanoseconds()
    lastAnswer = started
    if options.seconds.isFinite { ends = started + UInt64(options.seconds * 1e9) }
    let step = UInt64(options.rampSeconds * 1e9) / UInt64(max(1, clients.count))
    var waiting = 0
    while true {
      var now = MonotonicClock.nanoseconds()
      while waiting < clients.count, now >= started + UInt64(waiting) * step {
        try send(clients[waiting], now: now)
        waiting += 1
      }
      if inFlight == 0, waiting == clients.count || now >= ends || sent >= options.requests { break }
      guard now < lastAnswer + Self.patience else {
        tally.cut += inFlight
        break
      }
      let wake = waiting < clients.count ? started + UInt64(waiting) * step : now + 1_000_000_000
      let count = poller.wait(until: wake)
      now = MonotonicClock.nanoseconds()
      for index in 0..<count {
        let (socket, isWritable) = poller[index]
        guard let client = bySocket[Int(socket)] else { continue }
        if isWritable { flush(client) }
        try receive(client, now: options.frames > 0 ? now : MonotonicClock.nanoseconds())
      }
    }
    let seconds = Double(max(1, lastAnswer - started)) / 1e9
    return (tally.json(seconds: seconds), tally.failures == 0)
  }

  private func open(_ client: Client) throws(Socket.Failure) {
    client.descriptor = try Socket.connect(port: options.port)
    client.reader = ResponseReader()
    while bySocket.count <= Int(client.descriptor) { bySocket.append(nil) }
    bySocket[Int(client.descriptor)] = client
    poller.add(client.descriptor)
  }

  private func send(_ client: Client, now: UInt64) throws(Socket.Failure) {
    guard sent < options.requests, now < ends else { return }
    sent += 1
    inFlight += 1
    client.sentAt = now
    client.stream = StreamCheck()
    let descriptor = client.descriptor
    let unsent = template.next { bytes in
      let count = max(0, Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
      return Array(bytes[count...])
    }
    if !unsent.isEmpty {
      client.unsent = unsent
      poller.watchWriting(descriptor, true)
    }
  }

  private func flush(_ client: Client) {
    let count = client.unsent.withUnsafeBufferPointer {
      Glibc.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if count > 0 { client.unsent.removeFirst(count) }
    if client.unsent.isEmpty { poller.watchWriting(client.descriptor, false) }
  }

  private func receive(_ client: Client, now: UInt64) throws(Socket.Failure) {
    let count = recv(client.descriptor, scratch.baseAddress, scratch.count, 0)
    guard count > 0 else {
      if count == 0 || errno != EAGAIN { try ended(client, now: now) }
      return
    }
    lastAnswer = now
    let bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(scratch)[..<count])
    let checksFrames = options.frames > 0
    let outcome = client.reader.feed(bytes) { part in
      if checksFrames { client.stream.feed(part, now: now, lateness: &tally.lateness) }
    }
    switch outcome {
    case .incomplete: return
    case .complete: finish(client, now: now)
    case .malformed:
      tally.malformed += 1
      try reopen(client)
    }
    inFlight -= 1
    client.sentAt = 0
    try send(client, now: now)
  }

  private func finish(_ client: Client, now: UInt64) {
    guard client.reader.status == 200 else {
      tally.refused[client.reader.status, default: 0] += 1
      return
    }
    tally.answered += 1
    tally.latency.record(now - client.sentAt)
    guard options.frames > 0 else { return }
    tally.frames += client.stream.received
    if let first = client.stream.firstContentAt { tally.firstToken.record(first - client.sentAt) }
    if !client.stream.isWhole(frames: options.frames) { tally.brokenStreams += 1 }
  }

  private func ended(_ client: Client, now: UInt64) throws(Socket.Failure) {
    let wasInFlight = client.sentAt != 0
    try reopen(client)
    guard wasInFlight else {
      tally.reopened += 1
      return
    }
    inFlight -= 1
    tally.cut += 1
    client.sentAt = 0
    try send(client, now: now)
  }

  private func reopen(_ client: Client) throws(Socket.Failure) {
    bySocket[Int(client.descriptor)] = nil
    close(client.descriptor)
    client.unsent = []
    try open(client)
  }
}
