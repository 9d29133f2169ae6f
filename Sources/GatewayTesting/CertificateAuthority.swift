package import Foundation

/// A private certificate authority of a test, made with the `openssl` command.
package struct CertificateAuthority: Sendable {
  /// A server's certificate and key, as PEM files.
  package struct Identity: Sendable {
    package let certificate: URL
    package let key: URL
  }

  /// Its own certificate, as a PEM file.
  package let certificate: URL
  private let directory: URL

  /// The member of a provider, in flow style, that makes it trust this authority.
  package var setting: String { "tls: { ca: \"file:\(certificate.path)\" }" }

  /// - Parameter directory: an empty one, for the files of this authority alone.
  package init(in directory: URL) async throws {
    self.directory = directory
    certificate = directory.appending(path: "ca.pem")
    try Data().write(to: directory.appending(path: "index.txt"))
    try Data(Self.settings.utf8).write(to: directory.appending(path: "openssl.cnf"))
    try await openssl(
      "req", "-x509", "-config", "openssl.cnf", "-extensions", "authority", "-newkey", "ec", "-pkeyopt",
      "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj",
      "/CN=authority \(UUID().uuidString)")
  }

  /// Issues a certificate for the given names, written as `DNS:localhost` or `IP:127.0.0.1`.
  /// - Parameter isExpired: whether it was valid in January 2020 only.
  package func issue(_ names: String..., subject: String = "/CN=server", isExpired: Bool = false) async throws
    -> Identity
  {
    let name = UUID().uuidString
    try await openssl(
      "req", "-new", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", subject, "-addext",
      "subjectAltName=\(names.joined(separator: ","))")
    let validity = isExpired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "2"]
    try await openssl(
      ["ca", "-batch", "-config", "openssl.cnf", "-notext", "-in", "\(name).csr", "-out", "\(name).pem"] + validity)
    return Identity(
      certificate: directory.appending(path: "\(name).pem"), key: directory.appending(path: "\(name).key"))
  }

  private func openssl(_ arguments: String...) async throws { try await openssl(arguments) }

  private func openssl(_ arguments: [String]) async throws {
    let child = try ChildProcess("/usr/bin/env", ["openssl"] + arguments, directory: directory)
    guard try await child.exited() == 0 else { throw ScenarioError("openssl \(arguments): \(child.errorOutput)") }
  }

  private static let settings = """
    [req]
    distinguished_name = subject
    [subject]
    [authority]
    basicConstraints = critical, CA:TRUE
    keyUsage = critical, keyCertSign
    [ca]
    default_ca = own
    [own]
    certificate = ca.pem
    private_key = ca.key
    database = index.txt
    new_certs_dir = .
    rand_serial = yes
    unique_subject = no
    default_md = sha256
    policy = names
    copy_extensions = copy
    [names]
    organizationName = optional
    commonName = supplied

    """
}
