import Foundation
import Synchronization

/// A real PostgreSQL server of one suite, with a cluster of its own in a directory of its own. It is fast and forgets nothing
/// when it is killed, but would when the machine is.
package final class PostgresServer: Sendable {
  package static let user = "sluice"
  package static let password = "correct horse"

  package let port: Int
  private let directory: URL
  private let arguments: [String]
  private let process: Mutex<ChildProcess>

  private init(port: Int, directory: URL, arguments: [String], process: ChildProcess) {
    self.port = port
    self.directory = directory
    self.arguments = arguments
    self.process = Mutex(process)
  }

  /// The address of a database of it.
  /// - Parameter password: nil: none is in the address.
  package func url(
    _ database: String = "postgres", user: String = user, password: String? = password, options: String = ""
  )
    -> String
  {
    let secret = password?.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { ":\($0)" } ?? ""
    return "postgres://\(user)\(secret)@127.0.0.1:\(port)/\(database)" + (options.isEmpty ? "" : "?\(options)")
  }

  /// - Parameter identity: the certificate of a server that offers TLS.
  package static func start(identity: CertificateAuthority.Identity? = nil) async throws -> PostgresServer {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sluice-postgres-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    do {
      let secret = directory.appending(path: "password")
      try Data(password.utf8).write(to: secret)
      for file in [directory, secret] { try own(file) }
      let cluster = directory.appending(path: "cluster")
      let initialization = try child(
        "initdb",
        [
          "-D", cluster.path, "-U", user, "--pwfile", secret.path, "--auth", "scram-sha-256", "--encoding", "UTF8",
          "--locale", "C.UTF-8", "--no-sync",
        ], in: directory)
      guard try await initialization.exited(within: .seconds(60)) == 0 else {
        throw ScenarioError("initdb: \(initialization.errorOutput)")
      }
      let port = try UnreachablePort.free()
      let arguments = try settings(port: port, cluster: cluster, identity: identity)
      let process = try await launch(arguments, in: directory)
      return PostgresServer(port: port, directory: directory, arguments: arguments, process: process)
    } catch {
      try? FileManager.default.removeItem(at: directory)
      throw error
    }
  }

  private static func settings(
    port: Int, cluster: URL, identity: CertificateAuthority.Identity?
  ) throws -> [String] {
    var settings = [
      "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=", "fsync=off",
      "full_page_writes=off", "max_connections=500", "shared_buffers=16MB",
    ]
    if let identity {
      for (file, name) in [(identity.certificate, "server.crt"), (identity.key, "server.key")] {
        let copy = cluster.appending(path: name)
        try FileManager.default.copyItem(at: file, to: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
        try own(copy)
      }
      settings += ["ssl=on", "ssl_cert_file=server.crt", "ssl_key_file=server.key"]
    }
    return ["-D", cluster.path] + settings.flatMap { ["-c", $0] }
  }

  private static func launch(_ arguments: [String], in directory: URL) async throws -> ChildProcess {
    let child = try child("postgres", arguments, in: directory)
    try await eventually("postgres is ready: \(child.errorOutput)", within: .seconds(60)) {
      if let code = child.exitCode { throw ScenarioError("postgres ended with \(code): \(child.errorOutput)") }
      return child.errorOutput.contains("ready to accept connections")
    }
    return child
  }

  /// A program of the newest version that is installed. PostgreSQL does not run as root: then it runs as its own user.
  private static func child(_ program: String, _ arguments: [String], in directory: URL) throws -> ChildProcess {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    guard let newest = versions.compactMap({ Int($0) }).max() else {
      throw ScenarioError("PostgreSQL is not installed; run dev/setup test")
    }
    let path = "/usr/lib/postgresql/\(newest)/bin/\(program)"
    guard geteuid() == 0 else { return try ChildProcess(path, arguments, directory: directory) }
    let asUser = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path]
    return try ChildProcess("/usr/bin/env", asUser + arguments, directory: directory)
  }

  private static func own(_ file: URL) throws {
    guard geteuid() == 0 else { return }
    guard let user = getpwnam("postgres"), chown(file.path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
      throw ScenarioError("cannot give \(file.path) to the user postgres")
    }
  }

  /// Makes an empty database.
  /// - Returns: its address, without the password.
  package func newDatabase() async throws -> String {
    let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    let child = try ChildProcess(
      "/usr/bin/env", ["createdb", "-h", "127.0.0.1", "-p", "\(port)", "-U", Self.user, name],
      environment: ["PGPASSWORD": Self.password], directory: directory)
    guard try await child.exited(within: .seconds(60)) == 0 else {
      throw ScenarioError("createdb: \(child.errorOutput)")
    }
    return url(name, password: nil)
  }

  /// Ends it at once, as a crash does.
  package func kill() async throws {
    process.withLock { $0 }.signal(SIGKILL)
    _ = try await process.withLock { $0 }.exited()
  }

  /// Starts it again at the same port, with what was committed.
  package func restart() async throws {
    // Processes of its connections hold its memory for a moment longer than it lives.
    let started = try await eventually("postgres starts again", within: .seconds(60)) {
      try? await Self.launch(self.arguments, in: self.directory)
    }
    process.withLock { $0 = started }
  }

  package func stop() async {
    // Immediate shutdown.
    process.withLock { $0 }.signal(SIGQUIT)
    _ = try? await process.withLock { $0 }.exited()
    try? FileManager.default.removeItem(at: directory)
  }
}
