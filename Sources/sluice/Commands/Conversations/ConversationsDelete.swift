import ArgumentParser
import GatewayCore
import GatewayStorage

/// `sluice conversations delete`
struct ConversationsDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete one conversation, or all of a consumer.")

  @OptionGroup var location: ConfigurationLocation

  @Argument(help: "The id of the exchange.")
  var id: String?

  @Option(help: "Instead of an id: all of this one.")
  var consumer: String?

  func validate() throws {
    guard (id == nil) != (consumer == nil) else { throw ValidationError("name an id, or --consumer") }
    if let id, ExchangeID(text: id) == nil {
      throw ValidationError("'\(id.shortened)' is no id of an exchange: it has 32 hexadecimal digits")
    }
  }

  func run() async throws {
    try await ConversationDesk.run(location) { desk in
      if let consumer {
        let count = try await desk.store.removeConversations(of: consumer, by: .terminal)
        return print("deleted \(count) of \(consumer)")
      }
      guard let id = id.flatMap({ ExchangeID(text: $0) }) else { return }
      guard try await desk.store.removeConversation(id, by: .terminal) else {
        throw StartFailure("no conversation of the exchange '\(id)' is kept")
      }
      print("deleted \(id)")
    }
  }
}
