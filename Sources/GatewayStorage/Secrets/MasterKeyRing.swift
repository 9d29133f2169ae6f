/// The master key, and those before it that secrets may still be sealed with.
package struct MasterKeyRing: Sendable {
  package let current: MasterKey
  private let previous: [MasterKey]

  package init(current: MasterKey, previous: [MasterKey] = []) {
    self.current = current
    self.previous = previous
  }

  package func knows(_ id: MasterKeyID) -> Bool { ([current] + previous).contains { $0.id == id } }

  package func seal(_ text: String, named name: String) throws(SecretFault) -> SealedSecret {
    try SealedSecret(text, named: name, with: current)
  }

  package func open(_ secret: SealedSecret, named name: String) throws(SecretFault) -> String {
    let id = secret.keyID
    guard let key = ([current] + previous).first(where: { $0.id == id }) else {
      throw .otherKey(sealedWith: id, known: ([current] + previous).map(\.id))
    }
    return try secret.open(named: name, with: key)
  }
}
