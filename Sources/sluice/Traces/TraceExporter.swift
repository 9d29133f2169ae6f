import GatewayCore
import ServiceLifecycle

/// Sends the spans of settled exchanges to the collector of `telemetry.traces`, as far as exchanges are traced.
struct TraceExporter: Service {
  /// How long a span waits at most while the collector answers.
  private static let interval: Duration = .milliseconds(500)
  /// For what is left when the process ends.
  private static let farewell: Duration = .seconds(3)

  let sender: TraceSender

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil { await sender.sendWaiting() }
    }
    await sender.finish(within: Self.farewell)
  }
}
