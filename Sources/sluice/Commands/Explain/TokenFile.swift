import Foundation
import GatewayCore
import GatewayProviders

/// Tokens and keys of issuers that `sluice explain` is given.
enum TokenFile {
  // Many times what a gateway reads of a token.
  private static let maximumBytes = 1 << 20

  /// - Parameter path: `-`: standard input.
  static func token(at path: String) throws -> Secret {
    let text = path == "-" ? try SecretInput.read("Token") : try read(path, of: "--token")
    // As it is copied from a header.
    let plain = text.lowercased().hasPrefix("bearer ") ? String(text.dropFirst(7)) : text
    return Secret(plain.trimmingCharacters(in: .whitespaces))
  }

  static func keys(at path: String) throws -> KeySet {
    let text = try read(path, of: "--token-keys")
    do throws(KeySet.Problem) {
      return try KeySet(text.utf8)
    } catch {
      throw StartFailure("the keys in '\(path)' cannot be used: \(error.sentence)")
    }
  }

  private static func read(_ path: String, of option: String) throws -> String {
    guard let file = FileHandle(forReadingAtPath: path), let bytes = try? file.read(upToCount: maximumBytes),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw StartFailure("the file '\(path)' of \(option) cannot be read")
    }
    let plain = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !plain.isEmpty else { throw StartFailure("the file '\(path)' of \(option) is empty") }
    return plain
  }
}
