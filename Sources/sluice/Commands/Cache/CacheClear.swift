import ArgumentParser
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice cache`
struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Forget answers that are kept to be given again.", subcommands: [CacheClear.self])
}

/// `sluice cache clear`
struct CacheClear: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Forget kept answers: all, or those of a model or consumer.",
    discussion: """
      For gateways that share a Redis (storage.shared). What a single gateway keeps in its memory is forgotten by its \
      admin API: DELETE /api/v1/cache, or when it restarts.
      """)

  @OptionGroup var location: ConfigurationLocation

  @Option(help: "Only those of this model or pattern of the configuration.")
  var model: String?

  @Option(help: "Only those that were made for this consumer.")
  var consumer: String?

  func validate() throws {
    if model != nil, consumer != nil { throw ValidationError("name --model or --consumer, not both") }
  }

  func run() async throws {
    let selection = model.map { AnswerSelection.model($0) } ?? consumer.map { .consumer($0) } ?? .all
    try await tellingFaults {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let loaded = source.load(revision: 1, stored: .none)
      guard let start = loaded.start else { throw StartFailure(ConfigurationSource.summary(of: loaded)) }
      guard let shared = start.shared else {
        throw StartFailure(
          "answers are in the memory of the gateway: ask it with DELETE /api/v1/cache, or name a Redis in storage.shared"
        )
      }
      try await KeptAnswers.open(shared).forget(selection)
      try await source.withStore(at: start.database) { store in
        try await store.audit(CacheRoutes.entry(selection), by: .terminal, now: .now)
      }
      print("forgotten")
    }
  }
}
