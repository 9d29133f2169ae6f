import GatewayCore
import NIOCore
import Synchronization

/// The keys of all issuers that the configuration names: those of an unchanged address outlive a change of the configuration.
final class KeySetSources: Sendable {
  /// How often it is looked whether keys are due.
  private static let interval: TimeAmount = .seconds(1)

  private let sources = Mutex<[KeySetAddress: KeySetSource]>([:])
  private let isTicking = Atomic(false)
  private let report: KeySetSource.Report

  init(report: @escaping KeySetSource.Report) { self.report = report }

  func source(for address: KeySetAddress) -> KeySetSource {
    sources.withLock { sources in
      if let source = sources[address] { return source }
      let source = KeySetSource(address, report: report)
      sources[address] = source
      return source
    }
  }

  /// Fetches what the snapshot needs, and from now on whatever is due, on this loop.
  func adopt(_ snapshot: GatewaySnapshot, on loop: Loop) {
    let current = Set(
      snapshot.authentication.methods.compactMap { method -> KeySetAddress? in
        guard case .jwt(let issuer) = method, case .fetched(let address) = issuer.keys else { return nil }
        return address
      })
    sources.withLock { $0 = $0.filter { current.contains($0.key) } }
    for address in current { source(for: address).tick(on: loop) }
    guard !current.isEmpty, !isTicking.exchange(true, ordering: .relaxed) else { return }
    let confined = LoopConfined(loop)
    loop.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { task in
      let loop = confined.value
      loop.clock.tick()
      let due = self.sources.withLock { Array($0.values) }
      if due.isEmpty || loop.isDraining {
        task.cancel()
        self.isTicking.store(false, ordering: .relaxed)
      }
      for source in due { source.tick(on: loop) }
    }
  }
}
