package import GatewayCore
package import GatewayStorage
import GatewayTelemetry
import HTTPTypes
import Hummingbird

/// Where routes read the ledger.
package struct LedgerSource: Sendable {
  /// nil: `storage.ledger` is false.
  let desk: LedgerDesk?
  /// In which days begin and end.
  let zone: ZoneOffsets

  package init(_ desk: LedgerDesk?, zone: ZoneOffsets) {
    self.desk = desk
    self.zone = zone
  }

  /// - Parameter nothing: the answer while nothing has been recorded.
  /// - Throws: 503 `storage_unavailable`.
  func ask<Answer: Sendable>(
    or nothing: Answer, _ question: @escaping @Sendable (LedgerReader) throws -> Answer
  ) async throws -> Answer {
    guard let desk else {
      throw AdminProblem(
        .serviceUnavailable, .storageUnavailable, "exchanges are not recorded: storage.ledger is false")
    }
    do {
      return try await desk.ask(or: nothing, question)
    } catch is LedgerDesk.Refusal {
      throw AdminProblem(
        .serviceUnavailable, .storageUnavailable, "too many questions about the ledger wait already; ask again",
        headers: [.retryAfter: "1"])
    }
  }
}

extension RunningGateway {
  /// Seconds by which the ledger is behind.
  var lag: Double { ((ledger?.lagSeconds ?? 0) * 10).rounded() / 10 }
}
