import GatewayDialects

/// A JSON document that can be changed: what random tests feed to readers.
indirect enum NoisyJSON {
  /// A scalar as it is written.
  case scalar(String)
  case array([NoisyJSON])
  case object([(name: String, value: NoisyJSON)])

  init(_ node: JSONNode) {
    if node.isObject {
      self = .object(node.members.map { ($0.name.string, NoisyJSON($0.value)) })
    } else if node.isArray {
      self = .array(node.elements.map(NoisyJSON.init))
    } else {
      self = .scalar(node.raw.string)
    }
  }

  var text: String {
    switch self {
    case .scalar(let text): text
    case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
    case .object(let members): "{\(members.map { "\"\($0.name)\":\($0.value.text)" }.joined(separator: ","))}"
    }
  }
}
