import Foundation
import GatewayCore

/// A command that prints a master key: the hook for a key management service or a hardware module.
struct MasterKeyCommand {
  private static let limit: Duration = .seconds(10)
  // Many times a key in any form.
  private static let maximumBytes = 4096

  let line: String

  /// Blocks for 10 s at most.
  func run() throws(MasterKeyFault) -> Secret {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try process.run()
    } catch {
      throw MasterKeyFault("the command of the master key cannot be run: \(error.localizedDescription)")
    }
    guard ended.wait(timeout: .now() + .nanoseconds(Int(Self.limit.wholeNanoseconds))) == .success else {
      process.terminate()
      throw MasterKeyFault("the command of the master key did not end within 10 s")
    }
    guard process.terminationStatus == 0 else {
      let said = Self.firstLine(of: errors)
      throw MasterKeyFault(
        "the command of the master key ended with \(process.terminationStatus)" + (said.isEmpty ? "" : ": \(said)"))
    }
    let printed = (try? output.fileHandleForReading.read(upToCount: Self.maximumBytes)) ?? Data()
    guard let text = String(data: printed, encoding: .utf8), !text.isEmpty else {
      throw MasterKeyFault("the command of the master key printed nothing")
    }
    return Secret(text)
  }

  private static func firstLine(of pipe: Pipe) -> String {
    let said = (try? pipe.fileHandleForReading.read(upToCount: maximumBytes)) ?? Data()
    let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
    return String(line.prefix(200))
  }
}
