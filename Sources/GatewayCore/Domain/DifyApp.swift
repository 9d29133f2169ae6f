/// What kind of app a key of Dify belongs to: each has a path and a form of answer of its own.
package enum DifyApp: String, CaseIterable, Hashable, Sendable {
  /// Chatbots and chatflows.
  case chat
  /// Answers as a stream only.
  case agent
  /// A text generator.
  case completion
  /// A workflow, whose outputs are the answer.
  case workflow
}
