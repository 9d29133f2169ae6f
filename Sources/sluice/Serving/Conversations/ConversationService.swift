import GatewayCore
import GatewayStorage
import Logging
import ServiceLifecycle

/// Puts conversations into the database as they come, and at the end what is left.
struct ConversationService: Service {
  /// How long one waits at most while the database answers.
  private static let interval: Duration = .milliseconds(500)
  /// For what is left when the process ends.
  private static let farewell: Duration = .seconds(3)

  let recorder: ConversationRecorder

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil { await recorder.storeWaiting() }
    }
    await recorder.finish(within: Self.farewell)
  }
}

/// Deletes conversations that are older than `conversations.retention`: at the start and every ten minutes.
struct ConversationKeeper: Service {
  private static let interval: Duration = .seconds(600)

  let store: DatabaseStore
  let shown: RunningConfiguration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat { await expire() } while (try? await Task.sleep(for: Self.interval)) != nil
    }
  }

  private func expire() async {
    guard let retention = shown.snapshot?.conversations.retention else { return }
    let moment = WallTime(milliseconds: WallTime.now.milliseconds - retention.components.seconds * 1000)
    do {
      while try await store.expireConversations(before: moment), !Task.isCancelled {}
    } catch {
      logger.error("old conversations were not deleted: tried again in ten minutes", metadata: ["problem": "\(error)"])
    }
  }
}
