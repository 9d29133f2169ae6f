/// Schemas. Google's own kind (`responseSchema`, `parameters`) writes types in capitals; the newer members take JSON Schema as
/// it is, and these are what is written.
enum GeminiSchema {
  /// Google's kind as JSON Schema: types in lower case, `nullable` as a second type.
  static func standard(_ node: JSONNode) -> RawJSON {
    var json = JSONWriter()
    write(node, into: &json)
    return RawJSON(written: json.bytes)
  }

  private static func write(_ node: JSONNode, into json: inout JSONWriter) {
    guard node.isObject else { return json.value(node.raw) }
    let isNullable = node["nullable"]?.bool == true
    json.object { json in
      for (name, value) in node.members {
        if name.equals("nullable") || name.equals("propertyOrdering") || name.equals("property_ordering") { continue }
        json.name(name)
        if name.equals("type"), let type = value.string?.lowercased() {
          if isNullable {
            json.array { json in
              json.value(type)
              json.value("null")
            }
          } else {
            json.value(type)
          }
        } else if name.equals("properties"), value.isObject {
          json.object { json in
            for (name, value) in value.members {
              json.name(name)
              write(value, into: &json)
            }
          }
        } else if value.isArray, name.equals("anyOf") || name.equals("any_of") || name.equals("prefixItems") {
          json.array { json in for element in value.elements { write(element, into: &json) } }
        } else if name.equals("items") || name.equals("additionalProperties") {
          write(value, into: &json)
        } else {
          json.value(value.raw)
        }
      }
    }
  }
}
