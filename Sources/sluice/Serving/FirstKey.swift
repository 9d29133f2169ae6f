import Foundation
import GatewayCore
import GatewayStorage

/// The gateway key that no-file mode issues on its first start. It is kept in a file of the data directory that only its
/// owner can read, so that the printed cURL line still works after a restart.
struct FirstKey {
  static let consumer = "first"

  let key: String

  init(in directory: String, store: DatabaseStore) async throws {
    let path = directory + "/first-key"
    if let kept = try? String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines),
      kept.hasPrefix(GatewayKeyGenerator.prefix), try await store.isActive(kept)
    {
      key = kept
      return
    }
    let issued = try await store.issue(to: Self.consumer)
    key = issued.key.reveal { $0 }
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data((key + "\n").utf8), attributes: [.posixPermissions: 0o600])
    else {
      throw StartFailure(
        "the first key cannot be kept in '\(path)'; make the directory writable or name another with --data")
    }
  }

  /// What to paste into a shell.
  /// - Parameter gateway: its URL, without a `/` at its end.
  func curlLine(gateway: String) -> String {
    """
    curl \(gateway)/v1/chat/completions -H 'authorization: Bearer \(key)' \
    -d '{"model":"sluice/echo","stream":true,"messages":[{"role":"user","content":"Hello, Sluice!"}]}'
    """
  }
}

extension DatabaseStore {
  fileprivate func isActive(_ key: String) async throws -> Bool {
    let hash = keyedHash(of: .init(of: key))
    let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    return try await activeKeys().contains { key in
      key.hash == hash && !key.isDisabled && key.expiresAt.map { $0 > now } ?? true
    }
  }
}
