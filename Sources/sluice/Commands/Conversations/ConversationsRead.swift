import ArgumentParser
import Foundation
import GatewayCore
import GatewayPolicies
import GatewayStorage

/// `sluice conversations list`
struct ConversationsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show which conversations are kept, without what was said.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var selection: ConversationSelection

  func run() async throws {
    try await ConversationDesk.run(location) { desk in
      var query = try selection.query(desk.zone)
      var output = LineOutput()
      while true {
        let page = try await desk.store.conversations(query)
        for one in page {
          let more = one.isTruncated ? "  truncated" : ""
          try output.write(
            "\(one.id)  \(one.endedAt.text)  \(one.consumer)  \(one.model)  \(one.outcome)  \(one.bytes) bytes\(more)\n"
          )
        }
        guard page.count == query.limit, let last = page.last else { break }
        query.after = ConversationPlace(last)
      }
      try output.flush()
    }
  }
}

/// `sluice conversations show`
struct ConversationsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print what was said in one, as JSON.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var conversation: ConversationArgument

  func run() async throws {
    try await ConversationDesk.run(location) { desk in
      guard let id = ExchangeID(text: conversation.id) else { return }
      let key = try await desk.key()
      guard let found = try await desk.store.conversation(id, by: .terminal) else {
        throw StartFailure("no conversation of the exchange '\(id)' is kept")
      }
      print(String(decoding: try key.open(found.sealed, of: id), as: UTF8.self))
    }
  }
}

/// `sluice conversations export`
struct ConversationsExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print conversations as messages of OpenAI's chat, one JSON object a line, the oldest first.",
    discussion: "Those whose request was too long to be kept are left out; how many is said at the end.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var selection: ConversationSelection

  func run() async throws {
    try await ConversationDesk.run(location) { desk in
      var query = try selection.query(desk.zone)
      let key = try await desk.key()
      var output = LineOutput()
      var leftOut = 0
      var isDamaged = false
      while true {
        let page = try await desk.store.exportConversations(query, by: .terminal)
        for one in page {
          let line: String
          do { line = try ConversationLine.text(one, key) } catch is ConversationMessages.Unreadable {
            leftOut += 1
            continue
          } catch {
            ErrorOutput.write("sluice: the conversation \(one.summary.id) cannot be read: \(error)\n")
            isDamaged = true
            continue
          }
          try output.write(line + "\n")
        }
        guard page.count == query.limit, let last = page.last else { break }
        query.after = ConversationPlace(last.summary)
      }
      try output.flush()
      if leftOut > 0 { ErrorOutput.write("sluice: \(leftOut) were left out: not enough of them was kept\n") }
      if isDamaged { throw ExitCode(1) }
    }
  }
}
