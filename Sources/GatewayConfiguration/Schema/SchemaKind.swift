/// What a setting takes.
package indirect enum SchemaKind: Sendable {
  /// `200ms 30s 10m 24h 7d 5y`
  case duration(ClosedRange<Duration>)
  /// `64KiB 10MiB 1GiB`
  case size(ClosedRange<Int>)
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// `true` or `false`
  case flag
  case text(SchemaText)
  case choice([String])
  /// A `kind:` of the provider catalogue.
  case providerKind
  /// `env:NAME`, `file:PATH`, `secret:NAME`, and `sha256:…` where that is enough.
  case secret(allowsDigest: Bool)
  /// A class of failures or a status code.
  case failure
  /// `[LOWEST, HIGHEST]`
  case bounds
  /// Any value, kept as JSON.
  case json
  case list(SchemaKind, minimum: Int = 0)
  case map(SchemaNames, SchemaKind)
  case object(SchemaObject)
  /// `true`, `false`, or an object that means `true` and says more.
  case flagOr(SchemaObject)
  /// A text that stands for an object: `provider/model`.
  case shorthand(SchemaText, SchemaObject)
}

/// A form of text. Its rules beyond the pattern are checked where the text is used.
package struct SchemaText: Sendable {
  /// For the tables of the reference: `address`.
  package let name: String
  /// ECMA 262 regular expression for editors.
  package var pattern: String?

  static let plain = SchemaText(name: "text")
  static let address = SchemaText(name: "address", pattern: "^.+:[0-9]{1,5}$")
  static let url = SchemaText(name: "URL", pattern: "^https?://[^?#@]+$")
  static let proxy = SchemaText(name: "URL or reference", pattern: "^(http://|env:|file:|secret:).+$")
  static let origin = SchemaText(name: "origin", pattern: "^(\\*|https?://[^/?#]+)$")
  static let network = SchemaText(name: "range of addresses", pattern: "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")
  static let certificateName = SchemaText(
    name: "`CN=NAME`, `dns:NAME`, `uri:URI` or `sha256:HEX`", pattern: "^(CN=|dns:|uri:|sha256:).+$")
  static let host = SchemaText(name: "host", pattern: "^[^/@?#]+$")
  static let headerName = SchemaText(name: "header name", pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
  static let apiVersion = SchemaText(name: "date", pattern: "^[A-Za-z0-9.-]+$")
  static let region = SchemaText(name: "region", pattern: "^[a-z0-9-]{1,32}$")
  static let account = SchemaText(name: "id", pattern: "^[A-Za-z0-9_-]{1,64}$")
  static let reference = SchemaText(name: "reference", pattern: "^(env|file|secret):.+$")
  static let masterKey = SchemaText(
    name: "`env:NAME`, `file:PATH` or `command:LINE`", pattern: "^(env|file|command):.+$")
  static let target = SchemaText(name: "target", pattern: "^[^/]+(/.+)?$")
  static let sticky = SchemaText(name: "`header:NAME` or `consumer`", pattern: "^(consumer|header:.+)$")
  static let database = SchemaText(
    name: "`sqlite:PATH`, `postgres://…` or reference", pattern: "^(sqlite:.+|postgres(ql)?://.+|(env|file):.+)$")
  static let shared = SchemaText(
    name: "`memory`, `redis://…`, `rediss://…` or reference", pattern: "^(memory|rediss?://.+|(env|file|secret):.+)$")
  static let quota = SchemaText(name: "name", pattern: "^[A-Za-z0-9._-]{1,64}$")
  static let installation = SchemaText(name: "name", pattern: "^[A-Za-z0-9._-]{1,64}$")
  static let modelPattern = SchemaText(name: "model name or `prefix*`")
  static let timeZone = SchemaText(name: "time zone", pattern: "^[A-Za-z0-9_+/-]+$")
  static let limitKey = SchemaText(
    name:
      "`consumer`, `team`, `organisation`, `key`, `model`, `provider`, `ip`, `header:NAME`, `query:NAME`, `cookie:NAME` "
      + "or `claim:NAME`",
    pattern: "^(consumer|team|organisation|key|model|provider|ip|(header|query|cookie|claim):.+)$")
  static let money = SchemaText(name: "money", pattern: "^[0-9]+([.][0-9]{1,9})? [A-Z]{3}$")
  static let maskRule = SchemaText(
    name: "`email`, `phone`, `id-card` or `bank-card`", pattern: "^(email|phone|id-card|bank-card)$")
  static let timeOfDay = SchemaText(name: "time of day", pattern: "^[0-9]{1,2}:[0-9]{2}$")
  static let parameterName = SchemaText(name: "parameter name")
}

/// The keys of a map that the user names.
package struct SchemaNames: Sendable {
  /// For paths of the reference: `NAME`.
  package let placeholder: String
  /// What a key names, for messages: `provider`.
  package let what: String
  /// ECMA 262 regular expression for editors.
  package let pattern: String
  /// What is wrong with a name; `nil` when it is fine.
  let fault: @Sendable (String) -> String?

  static let provider = SchemaNames(
    placeholder: "NAME", what: "provider", pattern: "^[A-Za-z0-9._-]{1,64}$",
    fault: { name in
      let isFine =
        (1...64).contains(name.utf8.count)
        && name.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
          default: false
          }
        }
      return isFine ? nil : "a provider's name has 1 to 64 letters, digits, '.', '_' and '-'"
    })
  static let model = SchemaNames(
    placeholder: "MODEL", what: "model", pattern: "^[^*]*\\*?$",
    fault: { name in
      if let fault = printable(name, "model") { return fault }
      return name.dropLast().contains("*") ? "'*' stands at the end of a model's name only" : nil
    })
  static let deployment = SchemaNames(
    placeholder: "MODEL", what: "model", pattern: "^.{1,256}$", fault: { printable($0, "model") })
  static let consumer = SchemaNames(
    placeholder: "CONSUMER", what: "consumer", pattern: "^.{1,128}$", fault: { printable($0, "consumer") })
  static let organisation = named("organisation")
  static let team = named("team")
  static let role = named("role")
  static let price = SchemaNames(
    placeholder: "PROVIDER/MODEL", what: "price", pattern: "^[^/*]+/[^*]*\\*?$",
    fault: { name in
      if let fault = printable(name, "price") { return fault }
      guard let slash = name.firstIndex(of: "/"), slash != name.startIndex, slash != name.indices.last else {
        return "write PROVIDER/MODEL or PROVIDER/*, as the configuration and the provider call them"
      }
      return name.dropLast().contains("*") ? "'*' stands at the end only" : nil
    })
  static let parameter = SchemaNames(
    placeholder: "PARAMETER", what: "parameter", pattern: "^.{1,128}$", fault: { printable($0, "parameter") })

  private static func named(_ what: String) -> SchemaNames {
    SchemaNames(
      placeholder: what.uppercased(), what: what, pattern: "^.{1,128}$", fault: { printable($0, what) })
  }

  private static func printable(_ name: String, _ what: String) -> String? {
    guard !name.isEmpty, name.utf8.count <= 256 else { return "a \(what)'s name has 1 to 256 bytes" }
    let isPrintable = name.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace
    }
    return isPrintable ? nil : "a \(what)'s name cannot hold spaces or control characters"
  }
}
