import ArgumentParser
import GatewayCore
import GatewayStorage

/// `sluice keys`
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Create, list and revoke gateway keys.", subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a gateway key.",
      discussion: """
        Without --consumer, prints a key and its sha256, for the file. With --consumer, stores the key in the database; a \
        running gateway knows it within a second. The key itself is shown once and kept nowhere.
        """)

    @OptionGroup var location: ConfigurationLocation

    @Option(help: "The consumer of the configuration that owns the key.")
    var consumer: String?

    func run() async throws {
      guard let consumer else {
        let key = GatewayKeyGenerator.make()
        print("key:    \(key)\nsha256: sha256:\(KeyDigest(of: key).hexadecimal)")
        return
      }
      try await withStore(location) { store, source in
        try source.checkConsumer(consumer)
        let issued = try await store.issue(to: consumer)
        issued.key.reveal { print("key: \($0)\nid:  \(issued.issued.id)") }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the keys of the database.")

    @OptionGroup var location: ConfigurationLocation

    func run() async throws {
      try await withStore(location) { store, _ in
        for key in try await store.list() {
          let state = key.disabledAt == nil ? "active" : "revoked"
          print("\(key.id)\t\(key.label)…\t\(key.consumer)\t\(state)")
        }
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a key of the database; it stops working within a second.")

    @OptionGroup var location: ConfigurationLocation

    @Argument(help: "The id that `sluice keys list` shows.")
    var id: Int64

    func run() async throws {
      try await withStore(location) { store, _ in
        guard let key = try await store.revoke(id: id) else {
          ErrorOutput.write("sluice: there is no key with id \(id); `sluice keys list` shows them\n")
          throw ExitCode(1)
        }
        print("revoked \(key.label)… of \(key.consumer)")
      }
    }
  }

  /// Opens the database that the configuration names.
  private static func withStore(
    _ location: ConfigurationLocation, _ body: (SQLiteStore, ConfigurationSource) async throws -> Void
  ) async throws {
    do {
      let source = ConfigurationSource(location, gateway: nil, admin: nil)
      let store = try source.openStore()
      try await body(store, source)
      try store.close()
    } catch let failure as StartFailure {
      ErrorOutput.write("sluice: \(failure.message)\n")
      throw ExitCode(1)
    } catch let error as StorageError {
      ErrorOutput.write("sluice: \(error)\n")
      throw ExitCode(1)
    }
  }
}
