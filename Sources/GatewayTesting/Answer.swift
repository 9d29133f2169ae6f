/// The head of an answer.
package struct AnswerHead: Sendable {
  package let status: Int
  package let headers: HeaderList

  init(parsing text: String) throws {
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw ScenarioError("a strange status line: \(lines.first ?? "")")
    }
    self.status = status
    headers = try HeaderList.parse(lines.dropFirst())
  }
}

/// A whole answer.
package struct Answer: Sendable {
  package let head: AnswerHead
  package let body: [UInt8]

  package var status: Int { head.status }
  package var headers: HeaderList { head.headers }
  package var text: String { String(decoding: body, as: UTF8.self) }

  package func json() throws -> JSONValue { try JSONValue(parsing: text) }

  /// The `error` member of an OpenAI error body.
  package func error() throws -> JSONValue {
    guard let error = try json()["error"] else { throw ScenarioError("no error in: \(text)") }
    return error
  }

  /// `choices[0].message.content` of a chat completion.
  package func content() throws -> String? { try json()["choices"]?[0]?["message"]?["content"]?.string }
}

/// One event of a stream, as text between two blank lines.
package struct StreamEvent: Sendable, Equatable {
  package let raw: String

  /// The `data` lines, joined with LF; `nil` without any.
  package var data: String? { field("data") }

  package var name: String? { field("event") }

  package func json() throws -> JSONValue { try JSONValue(parsing: data ?? "") }

  /// `choices[0].delta.content` of a chat chunk; `nil` without any.
  package var content: String? { (try? json())?["choices"]?[0]?["delta"]?["content"]?.string }

  package var isDone: Bool { data == "[DONE]" }

  package var isError: Bool { (try? json())?["error"] != nil }

  private func field(_ name: String) -> String? {
    let values = raw.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> Substring? in
      guard line.hasPrefix("\(name):") else { return nil }
      let value = line.dropFirst(name.count + 1)
      return value.first == " " ? value.dropFirst() : value
    }
    return values.isEmpty ? nil : values.joined(separator: "\n")
  }
}

extension Sequence<StreamEvent> {
  /// All the content, put together.
  package var content: String { compactMap(\.content).joined() }

  package var hasError: Bool { contains { $0.isError } }
}
