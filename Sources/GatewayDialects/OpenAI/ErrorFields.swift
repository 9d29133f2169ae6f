/// Collects the parts of a provider's error from the shapes in use. Not for the hot path.
struct ErrorFields {
  private(set) var message: String?
  private(set) var type: String?
  private(set) var code: String?
  private(set) var param: String?

  /// Levels of `error` within `error` that are followed.
  private static let maximumDepth = 6

  /// Nil when the body is not JSON, or is neither an object, a list nor a string.
  static func read(_ body: UnsafeRawBufferPointer) -> ErrorFields? {
    var cursor = JSONCursor(body, loneSurrogates: .replaced)
    var fields = ErrorFields()
    do throws(JSONFault) {
      switch cursor.byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): try fields.absorb(&cursor, depth: 0)
      default: return nil
      }
      try cursor.finish()
    } catch {
      return nil
    }
    return fields
  }

  /// Takes an object's members, the first element of a list, or a string as the message.
  private mutating func absorb(_ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
    guard depth < Self.maximumDepth else {
      try cursor.skipValue()
      return
    }
    switch cursor.byte {
    case UInt8(ascii: "{"):
      var more = try cursor.enterObject()
      while more {
        let name = try cursor.readName().value(in: cursor.bytes)
        try absorb(member: name, &cursor, depth: depth)
        more = try cursor.nextMember()
      }
    case UInt8(ascii: "["):
      var more = try cursor.enterArray()
      var isFirst = true
      while more {
        if isFirst { try absorb(&cursor, depth: depth + 1) } else { try cursor.skipValue() }
        isFirst = false
        more = try cursor.nextElement()
      }
    default: message = try scalar(&cursor) ?? message
    }
  }

  private mutating func absorb(member name: String, _ cursor: inout JSONCursor, depth: Int) throws(JSONFault) {
    switch name {
    case "error", "base_resp", "errors", "x_groq", "Error", "ErrorMsg", "Response", "header":
      // What is further inside is nearer to the cause.
      var inner = ErrorFields()
      try inner.absorb(&cursor, depth: depth + 1)
      merge(inner)
    case "detail":
      if cursor.byte == UInt8(ascii: "[") {
        try absorbDetails(&cursor)
      } else {
        var inner = ErrorFields()
        try inner.absorb(&cursor, depth: depth + 1)
        merge(inner)
      }
    case "message", "msg", "Message", "Msg", "error_msg", "errorMessage", "error_description", "status_msg":
      let text = try text(&cursor)
      message = message ?? text
    case "code", "Code", "error_code", "status_code", "__type":
      let text = try scalar(&cursor)
      code = code ?? text
    case "type", "status":
      let text = cursor.byte == UInt8(ascii: "\"") ? try scalar(&cursor) : try skipped(&cursor)
      type = type ?? text
    case "param":
      let text = try scalar(&cursor)
      param = param ?? text
    default: try cursor.skipValue()
    }
  }

  /// FastAPI: `[{"loc":["body","messages"],"msg":"Field required","type":"missing"}, …]`.
  private mutating func absorbDetails(_ cursor: inout JSONCursor) throws(JSONFault) {
    var more = try cursor.enterArray()
    while more {
      if cursor.byte == UInt8(ascii: "{"), message == nil {
        try absorbDetail(&cursor)
      } else {
        let text = try scalar(&cursor)
        message = message ?? text
      }
      more = try cursor.nextElement()
    }
  }

  private mutating func absorbDetail(_ cursor: inout JSONCursor) throws(JSONFault) {
    var place: [String] = []
    var reason: String?
    var more = try cursor.enterObject()
    while more {
      switch try cursor.readName().value(in: cursor.bytes) {
      case "loc" where cursor.byte == UInt8(ascii: "["):
        var moreSteps = try cursor.enterArray()
        while moreSteps {
          if let step = try scalar(&cursor) { place.append(step) }
          moreSteps = try cursor.nextElement()
        }
      case "msg", "message": reason = try scalar(&cursor)
      case "type": type = try scalar(&cursor)
      default: try cursor.skipValue()
      }
      more = try cursor.nextMember()
    }
    if place.first == "body" { place.removeFirst() }
    let path = place.joined(separator: ".")
    if !path.isEmpty { param = path }
    message = path.isEmpty ? reason : "\(path): \(reason ?? "invalid")"
  }

  private mutating func merge(_ inner: ErrorFields) {
    message = inner.message ?? message
    type = inner.type ?? type
    code = inner.code ?? code
    param = inner.param ?? param
  }

  /// A string that is not empty, or the digits of a number; nil for anything else, which is passed.
  private func scalar(_ cursor: inout JSONCursor) throws(JSONFault) -> String? {
    if cursor.byte == UInt8(ascii: "\"") {
      let string = try cursor.readString()
      return string.isEmpty ? nil : string.value(in: cursor.bytes)
    }
    let start = cursor.offset
    guard try cursor.skipValue() == .number else { return nil }
    return String(decoding: cursor.bytes[start..<cursor.offset], as: UTF8.self)
  }

  /// A string, or the source of an object or list.
  private func text(_ cursor: inout JSONCursor) throws(JSONFault) -> String? {
    switch cursor.byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let start = cursor.offset
      try cursor.skipValue()
      return String(decoding: cursor.bytes[start..<cursor.offset], as: UTF8.self)
    default: return try scalar(&cursor)
    }
  }

  private func skipped(_ cursor: inout JSONCursor) throws(JSONFault) -> String? {
    try cursor.skipValue()
    return nil
  }
}
