import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// Whether the database can be used, and its secrets opened.
struct StoreCheck {
  private static let area = "database"

  let source: ConfigurationSource
  let database: DatabaseStorage

  /// - Returns: also what the configuration needs of it; nil: it cannot be read.
  func look() async -> (findings: [DoctorFinding], stored: StoredKeys?) {
    guard database.isThere else {
      return ([DoctorFinding(.note, Self.area, "\(database.address) is not there yet: the first start makes it")], nil)
    }
    do {
      let store = try await source.openStore(at: database, serves: false)
      defer { Task { try? await store.close() } }
      let clock = ContinuousClock()
      let began = clock.now
      let stored = try await StoredKeys(of: store, masterKeys: source.masterKeys)
      let milliseconds = Int((clock.now - began).inSeconds * 1000)
      let words =
        "\(database.address) answers: \(stored.keys.count) keys, revision \(stored.revision), read in \(milliseconds) ms"
      return ([DoctorFinding(.ok, Self.area, words)] + permissions(), stored)
    } catch let failure as StartFailure {
      return ([failed(failure.message)], nil)
    } catch {
      return ([failed("\(error)")], nil)
    }
  }

  private func failed(_ why: String) -> DoctorFinding {
    DoctorFinding(
      .error, Self.area, "\(database.address) cannot be used: \(why)",
      advice: "calls go on with what a running gateway knows; a new one does not start. See docs/storage.md")
  }

  /// Files beside the database with which others could make keys, or open secrets.
  private func permissions() -> [DoctorFinding] {
    ["", ".pepper", ".masterkey"].compactMap { ending in
      let path = database.files + ending
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 else { return nil }
      return DoctorFinding(
        .warning, Self.area, "others may read \(path) (mode \(String(mode, radix: 8)))", advice: "chmod 600 \(path)")
    }
  }
}
