import ArgumentParser
import Foundation
import GatewayCore
import GatewayStorage

/// `sluice secrets set`
struct SecretsSet: AsyncParsableCommand {
  // Of a secret: as much as a file of a reference may have.
  private static let maximumBytes = 1 << 20

  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Store a secret, or put another text in its place.",
    discussion: "The secret is read from standard input, so that no list of processes and no history has it.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var secret: SecretArgument

  func run() async throws {
    try await SecretStore.run(location) { store in
      let ring = try store.ring()
      let sealed = try ring.seal(try Self.text(secret.name), named: secret.name)
      try await store.directory.put(StoredSecret(name: secret.name, sealed: sealed, setAt: .now))
      try await store.warnOfOtherKeys(than: ring, besides: secret.name)
      print("stored; write secret:\(secret.name) in the configuration")
    }
  }

  private static func text(_ name: String) throws -> String {
    let isTerminal = isatty(STDIN_FILENO) == 1
    if isTerminal {
      guard let line = getpass("\(name): ") else { throw StartFailure("nothing was read") }
      return try checked(String(cString: line))
    }
    let bytes = try FileHandle.standardInput.read(upToCount: maximumBytes + 1) ?? Data()
    guard bytes.count <= maximumBytes else { throw StartFailure("a secret has 1 MiB at most") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw StartFailure("a secret is UTF-8 text; standard input is not")
    }
    return try checked(text)
  }

  private static func checked(_ text: String) throws -> String {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { throw StartFailure("standard input is empty; pipe the secret into the command") }
    return text
  }
}
