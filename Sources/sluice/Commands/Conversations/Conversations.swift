import ArgumentParser
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice conversations`
struct Conversations: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read and delete conversations that are kept.",
    discussion: "Whoever reads what was said, or deletes any, stands in the audit trail.",
    subcommands: [
      ConversationsList.self, ConversationsShow.self, ConversationsExport.self, ConversationsDelete.self,
    ])
}

/// What the commands share.
struct ConversationDesk {
  let store: DatabaseStore
  let zone: ZoneOffsets
  private let masterKeys: MasterKeys
  private let masterKey: MasterKeySettings?

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (ConversationDesk) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults {
      try await source.withStore { store in
        let result = source.load(revision: 1, stored: try await .objects(of: store))
        try await body(
          ConversationDesk(
            store: store, zone: result.start?.ledger.zone ?? .utc, masterKeys: source.masterKeys,
            masterKey: result.masterKey))
      }
    }
  }

  func key() async throws -> ConversationKey {
    guard let key = try await store.conversationKey(try masterKeys.ring(naming: masterKey), making: false) else {
      throw StartFailure("no conversation has been kept yet")
    }
    return key
  }
}

/// Which conversations, for those that take several.
struct ConversationSelection: ParsableArguments {
  @Option(help: "Only of this one.")
  var consumer: String?

  @Option(help: "Only with this one.")
  var model: String?

  @Option(
    help: ArgumentHelp("First day, or an hour of UTC; the first of this month.", valueName: "2026-11-01|2026-11-01T08"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Last day, or the hour of UTC before which to end; today.", valueName: "2026-11-30|2026-11-30T08"))
  var to: String?

  // A page of what is read at once: some megabytes at most.
  private static let page = 20

  /// The oldest first.
  func query(_ zone: ZoneOffsets) throws -> ConversationQuery {
    var query = ConversationQuery(limit: Self.page)
    query.isNewestFirst = false
    query.consumer = consumer
    query.model = model
    let span = try UsageSpan.moments(from: from, to: to, now: .now, zone: zone)
    query.from = WallTime(milliseconds: span.lowerBound)
    query.to = WallTime(milliseconds: span.upperBound)
    return query
  }
}

/// The id of a command's conversation.
struct ConversationArgument: ParsableArguments {
  @Argument(help: "The id of the exchange: the `x-request-id` that the client got.")
  var id: String

  func validate() throws {
    guard ExchangeID(text: id) != nil else {
      throw ValidationError("'\(id.shortened)' is no id of an exchange: it has 32 hexadecimal digits")
    }
  }
}
