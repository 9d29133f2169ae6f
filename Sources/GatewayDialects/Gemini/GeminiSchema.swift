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
      for (name, value) in node.members where !isLeftOut(name, value) {
        let word = word(name)
        json.name(RawText(word))
        switch word {
        case "type": write(type: value, isNullable: isNullable, into: &json)
        case "properties", "$defs":
          guard value.isObject else { return json.value(value.raw) }
          json.object { json in
            for (name, value) in value.members {
              json.name(name)
              write(value, into: &json)
            }
          }
        case "anyOf", "prefixItems":
          guard value.isArray else { return json.value(value.raw) }
          json.array { json in
            for element in value.elements { write(element, into: &json) }
            if word == "anyOf", isNullable, node["type"] == nil { json.object { $0.member("type", "null") } }
          }
        case "enum" where isNullable && value.isArray:
          json.array { json in
            for element in value.elements { json.value(element.raw) }
            if !value.elements.contains(where: \.isNull) { json.null() }
          }
        case "items", "additionalProperties": write(value, into: &json)
        case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
          // 64 bits are a string in Google's JSON.
          if let digits = value.string, let number = Int(digits) {
            json.value(number)
          } else {
            json.value(value.raw)
          }
        default: json.value(value.raw)
        }
      }
    }
  }

  private static func isLeftOut(_ name: RawText, _ value: JSONNode) -> Bool {
    switch name.string {
    case "nullable", "propertyOrdering", "property_ordering": true
    case "type": value.string?.uppercased() == "TYPE_UNSPECIFIED"
    // Google's way to say that a string is one of `enum`.
    case "format": value.string?.lowercased() == "enum"
    default: false
    }
  }

  private static func write(type value: JSONNode, isNullable: Bool, into json: inout JSONWriter) {
    guard let type = value.string?.lowercased() else { return json.value(value.raw) }
    guard isNullable else { return json.value(type) }
    json.array { json in
      json.value(type)
      json.value("null")
    }
  }

  private static func word(_ name: RawText) -> String {
    switch name.string {
    case "any_of": "anyOf"
    case "additional_properties": "additionalProperties"
    case "min_items": "minItems"
    case "max_items": "maxItems"
    case "min_length": "minLength"
    case "max_length": "maxLength"
    case "min_properties": "minProperties"
    case "max_properties": "maxProperties"
    case "defs": "$defs"
    case "ref": "$ref"
    case let word: word
    }
  }
}
