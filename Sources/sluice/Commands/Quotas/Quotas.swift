import ArgumentParser
import GatewayAdmin
import GatewayCore
import GatewayStorage

/// `sluice quotas`
struct Quotas: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show quotas, and top them up.",
    discussion: "A running gateway follows every change within a second.",
    subcommands: [QuotasList.self, QuotasAdd.self, QuotasSet.self, QuotasStored.self])
}

/// `sluice quotas list`
struct QuotasList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List quotas and what is left of them.")

  @OptionGroup var location: ConfigurationLocation

  @Option(help: "Only what this consumer has.")
  var consumer: String?

  @Flag(help: "As a JSON array.")
  var json = false

  func run() async throws {
    try await QuotaDesk.run(location) { desk in
      let rows = try await desk.standings(of: consumer, now: .now).map { QuotaRow($0, now: .now) }
      if json { return print(try KeyText.json(rows)) }
      for row in rows { print(row.line) }
    }
  }
}

/// The quota of a command, and whose.
struct QuotaArguments: ParsableArguments {
  @Argument(help: "The name of the quota.")
  var name: String

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Whose, where the quota has `by`: a consumer, a header's value …", valueName: "SUBJECT"))
  var subject: String?
}

/// `sluice quotas add`
struct QuotasAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add to what is left of a quota.",
    discussion: "To take away, write the amount behind two hyphens: sluice quotas add NAME -- -1000")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var quota: QuotaArguments

  @Argument(help: "How much, in the unit of the quota; of money with or without its currency.")
  var delta: String

  func run() async throws {
    try await QuotaDesk.run(location) { desk in
      let limit = try desk.quota(quota.name)
      let amount = try QuotaAmount.read(delta, for: limit)
      guard amount != 0 else { throw StartFailure("nothing would change: the amount is 0") }
      let standing = try await desk.change(
        limit, for: quota.subject, by: .add(amount), author: .terminal, now: .now)
      print(QuotaRow(standing, now: .now).line)
    }
  }
}

/// `sluice quotas set`
struct QuotasSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "set", abstract: "Say how much is left of a quota.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var quota: QuotaArguments

  @Argument(help: "How much is left from now on, in the unit of the quota; of money with or without its currency.")
  var amount: String

  func run() async throws {
    try await QuotaDesk.run(location) { desk in
      let limit = try desk.quota(quota.name)
      let amount = try QuotaAmount.read(amount, for: limit)
      guard amount >= 0 else { throw StartFailure("less than nothing cannot be left; 0 ends the quota") }
      let standing = try await desk.change(
        limit, for: quota.subject, by: .set(amount), author: .terminal, now: .now)
      print(QuotaRow(standing, now: .now).line)
    }
  }
}
