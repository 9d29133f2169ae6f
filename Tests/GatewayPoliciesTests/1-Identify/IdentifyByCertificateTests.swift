import GatewayCore
import GatewayPolicies
import Testing

@Suite struct IdentifyByCertificateTests {
  private static let digest = String(repeating: "ab", count: 32)
  private static let now = WallTime(milliseconds: 1_000_000)

  private func caller(_ names: [String], among owners: [String: String], expires: Int64 = 1_000_001) throws -> String {
    var certificates: [CertificateName: Consumer] = [:]
    for (name, owner) in owners {
      certificates[try #require(CertificateName(name))] = Consumer(name: owner, models: nil)
    }
    let snapshot = GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [], keys: [:],
      certificates: certificates, isOpen: false)
    let certificate = ClientCertificate(
      subject: "CN=x", names: try names.map { try #require(CertificateName($0)) },
      expiresAt: WallTime(milliseconds: expires))
    return try Identify.caller(certificate: certificate, in: snapshot, now: Self.now).consumer.name
  }

  @Test(arguments: ["sha256:\(digest)", "uri:spiffe://acme/app", "dns:app.example.com", "CN=mobile app"])
  func aCertificateIsKnownByEachOfItsNames(name: String) throws {
    #expect(try caller(["sha256:\(String(repeating: "00", count: 32))", name], among: [name: "app"]) == "app")
  }

  @Test func theMostExactOfItsNamesDecides() throws {
    let names = ["sha256:\(Self.digest)", "uri:spiffe://acme/app", "dns:app.example.com", "CN=app"]
    var owners = Dictionary(uniqueKeysWithValues: names.map { ($0, $0) })
    for name in names {
      #expect(try caller(names, among: owners) == name)
      owners[name] = nil
    }
  }

  @Test func aCertificateThatNobodyNamesIsRefusedWithoutAWordOfItsSubject() {
    do {
      _ = try caller(["CN=stranger"], among: ["CN=app": "app"])
      Issue.record("it was let in")
    } catch let error as GatewayError {
      #expect(error.status == 401 && error.code == "unknown_client_certificate")
      #expect(!error.message.contains("stranger"))
    } catch {
      Issue.record(error)
    }
  }

  @Test func aCertificateEndsOnAnOpenConnection() throws {
    #expect(throws: GatewayError.self) { try caller(["CN=app"], among: ["CN=app": "app"], expires: 1_000_000) }
  }

  @Test(arguments: ["", "CN=", "dns:", "uri:", "sha256:12", "cn=app", "O=Acme", "app"])
  func whatIsNoNameOfACertificateIsNone(text: String) { #expect(CertificateName(text) == nil) }

  @Test func namesHaveOneSpelling() {
    #expect(CertificateName("dns:App.Example.com.") == CertificateName("dns:app.example.com"))
    let colons = stride(from: 0, to: 64, by: 2).map { _ in "AB" }.joined(separator: ":")
    #expect(CertificateName("sha256:\(colons)") == CertificateName("sha256:\(Self.digest)"))
  }
}
