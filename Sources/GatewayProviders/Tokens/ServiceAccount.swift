package import GatewayCore
import GatewayDialects

/// The key file of a Google service account, as the console hands it out.
package struct ServiceAccount: Sendable {
  /// Where Google issues tokens.
  package static let defaultTokenURL = "https://oauth2.googleapis.com/token"
  /// What a token for models is good for.
  package static let scope = "https://www.googleapis.com/auth/cloud-platform"

  /// Why a text is not such a file, as a sentence that quotes nothing of it.
  package struct Problem: Error, Hashable, CustomStringConvertible {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }

    package var description: String { sentence }
  }

  package let email: String
  package let keyID: String?
  /// PEM.
  package let privateKey: Secret
  package let tokenURL: String
  package let project: String?

  /// - Parameter json: the text of the file.
  package init(_ json: String) throws(Problem) {
    let root: JSONNode
    do throws(JSONFault) {
      root = try JSONDocument(Array(json.utf8)).root
    } catch {
      throw Problem(
        "it is not JSON: a service account's key file begins with '{' and has \"type\": \"service_account\"")
    }
    guard root.isObject else { throw Problem("it is not a JSON object") }
    try Self.checkType(root)
    email = try Self.text(root, "client_email")
    keyID = root["private_key_id"]?.string
    privateKey = Secret(try Self.text(root, "private_key"))
    tokenURL = root["token_uri"]?.string ?? Self.defaultTokenURL
    project = root["project_id"]?.string
    guard email.contains("@") else { throw Problem("its 'client_email' is not an address") }
    do throws(TokenFailure) {
      _ = try ServiceAccountAssertion.key(privateKey)
    } catch {
      throw Problem(error.reason)
    }
  }

  private static func checkType(_ root: JSONNode) throws(Problem) {
    guard let type = root["type"]?.string else {
      throw Problem(
        root["installed"] != nil || root["web"] != nil
          ? "it is an OAuth client, not a service account: create a key of a service account in the console"
          : "it has no 'type'")
    }
    switch type {
    case "service_account": return
    case "authorized_user":
      throw Problem("it holds the credentials of a person (type 'authorized_user'), not of a service account")
    case "external_account", "impersonated_service_account":
      throw Problem("its type '\(type)' is not supported: create a key of a service account")
    default: throw Problem("its 'type' is not 'service_account'")
    }
  }

  private static func text(_ root: JSONNode, _ name: StaticString) throws(Problem) -> String {
    guard let text = root[name]?.string, !text.isEmpty else { throw Problem("it has no '\(name)'") }
    return text
  }

  package var proof: TokenGrant.Proof { .serviceAccount(email: email, keyID: keyID, privateKey: privateKey) }
}
