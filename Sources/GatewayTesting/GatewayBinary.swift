import Foundation

/// Where the program under test is.
package enum GatewayBinary {
  /// `SLUICE` (or `SLUICE_BINARY`) of the environment, else the program that was built beside the running tests.
  package static func locate() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["SLUICE"] ?? environment["SLUICE_BINARY"], !named.isEmpty { return named }
    let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sluice").path
    let candidates = [beside, "\(FileManager.default.currentDirectoryPath)/.build/debug/sluice"]
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw ScenarioError("no program to test: build it, or name it in SLUICE (looked at \(candidates))")
    }
    return found
  }
}
