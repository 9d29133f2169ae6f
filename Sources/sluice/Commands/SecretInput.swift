import Foundation

/// Secrets that commands are given: from standard input, or typed without being shown, so that no list of processes and no history
/// has them.
enum SecretInput {
  // As much as a file of a reference may have.
  private static let maximumBytes = 1 << 20

  /// - Parameters:
  ///   - prompt: what a terminal asks for.
  ///   - repeats: whether what is typed is asked for twice, since nobody sees it.
  static func read(_ prompt: String, repeats: Bool = false) throws -> String {
    if isatty(STDIN_FILENO) == 1 {
      let text = try typed("\(prompt): ")
      if repeats, try typed("\(prompt), again: ") != text { throw StartFailure("the two were not the same") }
      return try checked(text)
    }
    let bytes = try FileHandle.standardInput.read(upToCount: maximumBytes + 1) ?? Data()
    guard bytes.count <= maximumBytes else { throw StartFailure("a secret has 1 MiB at most") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw StartFailure("a secret is UTF-8 text; standard input is not")
    }
    return try checked(text)
  }

  private static func typed(_ prompt: String) throws -> String {
    guard let line = getpass(prompt) else { throw StartFailure("nothing was read") }
    return String(cString: line)
  }

  private static func checked(_ text: String) throws -> String {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { throw StartFailure("standard input is empty; pipe the secret into the command") }
    return text
  }
}
