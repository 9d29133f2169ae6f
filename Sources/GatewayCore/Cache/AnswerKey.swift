/// Under what an answer is kept. Calls with the same key get the same answer.
package struct AnswerKey: Hashable, Sendable {
  /// Over all that decides the answer, and who shares it.
  package let digest: KeyDigest
  /// The configured model or pattern, and the consumer that the answer was made for: by these, answers are forgotten.
  package let route: String
  package let consumer: String
  /// Whether other consumers may be given it, too.
  package let isShared: Bool

  package init(digest: KeyDigest, route: String, consumer: String, isShared: Bool = false) {
    self.digest = digest
    self.route = route
    self.consumer = consumer
    self.isShared = isShared
  }

  package static func == (a: AnswerKey, b: AnswerKey) -> Bool { a.digest == b.digest }

  package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// Which answers are to be forgotten.
package enum AnswerSelection: Hashable, Sendable {
  case all
  /// By the configured model or pattern.
  case model(String)
  case consumer(String)

  package func covers(route: String, consumer: String) -> Bool {
    switch self {
    case .all: true
    case .model(let name): name == route
    case .consumer(let name): name == consumer
    }
  }
}
