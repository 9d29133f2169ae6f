/// How a token is signed (RFC 7518 §3.1, RFC 8037 §3.1). Only algorithms of key pairs: a secret that issuer and gateway share, or
/// no signature at all (`none`), is none of them.
package enum SignatureAlgorithm: String, CaseIterable, Hashable, Sendable {
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case eddsa = "EdDSA"
}
