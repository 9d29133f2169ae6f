import GatewayStorage
import GatewayTesting
import NIOCore
import NIOPosix

/// One event loop of the test process, as a client has it.
func anyLoop() -> any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }

/// Settings for a server on this machine.
func settings(
  port: Int, scheme: String = "redis", login: String = "", host: String = "127.0.0.1", database: String = "",
  _ change: (inout RedisSettings) -> Void = { _ in }
) throws -> RedisSettings {
  var settings = try RedisSettings(url: "\(scheme)://\(login)\(host):\(port)/\(database)")
  // Only tests that fail wait so long.
  settings.connectTimeout = .seconds(15)
  settings.commandTimeout = .seconds(15)
  settings.pauses = .milliseconds(5) ... .milliseconds(20)
  change(&settings)
  return settings
}

/// Runs `body` with a client that is connected, or has failed to.
func withClient(
  _ settings: RedisSettings, scripts: [RedisScript] = [], _ body: (RedisClient) async throws -> Void
) async throws {
  let client = RedisClient(try RedisDialer(settings), on: anyLoop(), scripts: scripts)
  try? await client.connected()
  defer { client.close() }
  try await body(client)
}

extension RedisClient {
  /// The answer to a command of words without spaces.
  func ask(_ line: String) async throws -> RedisValue { try await send(RedisCommand(Self.words(line))) }

  private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  /// The error that the words are answered with.
  func failure(_ line: String) async -> RedisError? {
    do throws(RedisError) {
      _ = try await send(RedisCommand(Self.words(line)))
      return nil
    } catch {
      return error
    }
  }

  /// Sends commands in one turn of the loop and waits for all answers.
  /// - Returns: the answers in the order in which they came, with the position of their command.
  func askAll(_ commands: [RedisCommand]) async throws -> [(Int, Result<RedisValue, RedisError>)] {
    let (answers, continuation) = AsyncStream<(Int, Result<RedisValue, RedisError>)>.makeStream()
    try await eventLoop.submit {
      for (index, command) in commands.enumerated() { self.send(command) { continuation.yield((index, $0)) } }
    }.get()
    var found: [(Int, Result<RedisValue, RedisError>)] = []
    for await answer in answers {
      found.append(answer)
      if found.count == commands.count { break }
    }
    return found
  }
}
