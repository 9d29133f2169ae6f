import Foundation
import GatewayConfiguration
import GatewayCore

/// A health that is always well.
final class WellCell: HealthCell {
  let name: String

  init(_ name: String) { self.name = name }

  func admit(now: Instant) -> HealthAdmission { .granted }
  func peek(now: Instant) -> HealthAdmission { .granted }
  func succeeded(now: Instant) {}
  func failed(_ failure: UpstreamFailure, now: Instant) {}
  func abandoned(now: Instant) {}
}

/// Loads texts with an environment and files that the tests name.
enum Loading {
  static let environment = [
    "OPENAI_API_KEY": "sk-openai", "OPENAI_API_KEY_2": "sk-openai-2", "DEEPSEEK_API_KEY": "sk-deepseek",
    "AZURE_OPENAI_API_KEY": "azure", "ANTHROPIC_API_KEY": "sk-ant", "AWS_ACCESS_KEY_ID": "AKID",
    "AWS_SECRET_ACCESS_KEY": "aws-secret", "AWS_SESSION_TOKEN": "aws-token", "DASHSCOPE_API_KEY": "sk-dash",
    "CLOUDFLARE_API_TOKEN": "cf-token", "DIFY_API_KEY": "app-dify",
    "OTLP_AUTHORIZATION": "Bearer otlp-secret", "MY_APP_KEY": "app-key-1-of-the-tests",
    "MOBILE_APP_KEY": "app-key-2-of-the-tests", "SHORT_KEY": "app-key-1", "TINY_KEY": "k-1",
    "SLUICE_ADMIN_TOKEN": "admin-token", "DATABASE_PASSWORD": "database-secret",
    "SLUICE_PROXY": "http://proxy-user:proxy-pass@proxy:3128", "EMPTY": "",
    "SAME_APP_KEY": "app-key-1-of-the-tests", "AZURE_CLIENT_SECRET": "entra-secret",
    "SIGNING_SECRET": "signing-secret-of-32-bytes-at-all", "INTROSPECTION_SECRET": "introspection-secret",
    "SLUICE_OIDC_SECRET": "oidc-secret",
    "TENCENTCLOUD_SECRET_ID": "AKIDtencent", "TENCENTCLOUD_SECRET_KEY": "tencent-secret",
  ]
  static let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
  static let files = [
    "private-ca.pem": certificate, "secrets/batch.key": "batch-key-of-the-tests\n", "empty.key": " \n",
    "master.key": String(repeating: "0f", count: 32), "no.pem": "hello",
    "cert.pem": certificate, "clients.pem": certificate, "other.pem": "other",
    "key.pem": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "jwks.json": jwks, "sa.json": serviceAccount, "person.json": #"{"type":"authorized_user"}"#,
    "no-project.json": serviceAccount.replacing(#""project_id": "acme-models","#, with: ""),
  ]
  /// The public key of RFC 8037, appendix A.2.
  static let jwks =
    #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
  /// The key file of a service account that was made for tests.
  static let serviceAccount: String = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return
      (try? String(contentsOf: folder.appending(path: "Fixtures/Credentials/service-account.json"), encoding: .utf8))
      ?? ""
  }()

  static func context(environment: [String: String] = environment) -> LoadContext {
    var context = LoadContext(environment: environment) { name, _ in WellCell(name) }
    context.readFile = { (path, limit) throws(FileFault) in
      guard let text = files.first(where: { path == $0.key || path.hasSuffix("/\($0.key)") })?.value else {
        throw .missing
      }
      return Array(text.utf8)
    }
    context.faultsOfTLS = { tls, _ in
      tls.certificate == "other" ? [ListenerTLSFault(.key, "it is not the key of the certificate")] : []
    }
    return context
  }

  static func load(_ text: String, _ adjust: (inout LoadContext) -> Void = { _ in }) -> LoadResult {
    var context = context()
    adjust(&context)
    return ConfigurationLoader.load(text: text, file: "sluice.yaml", context: context)
  }

  /// The errors and warnings as they are printed.
  static func problems(_ text: String, _ adjust: (inout LoadContext) -> Void = { _ in }) -> [String] {
    load(text, adjust).problems.map(\.description)
  }

  static let openWarning =
    "sluice.yaml: warning: no consumer is configured: everybody on this machine may call, and the gateway listens on "
    + "127.0.0.1:8080 only; add a consumer with a key (consumers)"
}

extension LoadResult {
  /// The targets that a name goes to, without splits.
  func targets(of name: String) -> [String]? {
    snapshot?.models.route(for: name)?.fixedPlan?.map(\.target.label)
  }
}
