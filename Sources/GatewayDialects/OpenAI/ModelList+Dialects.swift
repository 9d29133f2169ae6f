package import GatewayCore

extension ModelList {
  /// The list as the callers of a dialect read it; OpenAI's where it has none of its own.
  package static func list(_ entries: [Entry], in dialect: Dialect) -> [UInt8] {
    var json = JSONWriter(capacity: 64 + entries.count * 128)
    switch dialect {
    // https://docs.anthropic.com/en/api/models-list
    case .anthropic:
      json.object { json in
        json.array("data") { json in for entry in entries { writeAnthropic(entry, into: &json) } }
        if let first = entries.first, let last = entries.last {
          json.member("first_id", first.id)
          json.member("last_id", last.id)
        } else {
          json.null("first_id")
          json.null("last_id")
        }
        json.member("has_more", false)
      }
    // https://ai.google.dev/api/models
    case .gemini:
      json.object { json in
        json.array("models") { json in for entry in entries { writeGemini(entry, into: &json) } }
      }
    default: return list(entries)
    }
    return json.bytes
  }

  package static func single(_ entry: Entry, in dialect: Dialect) -> [UInt8] {
    var json = JSONWriter(capacity: 128)
    switch dialect {
    case .anthropic: writeAnthropic(entry, into: &json)
    case .gemini: writeGemini(entry, into: &json)
    default: return single(entry)
    }
    return json.bytes
  }

  private static func writeAnthropic(_ entry: Entry, into json: inout JSONWriter) {
    json.object { json in
      json.member("type", "model" as RawText)
      json.member("id", entry.id)
      json.member("display_name", entry.id)
      json.member("created_at", timestamp(entry.created))
    }
  }

  private static func writeGemini(_ entry: Entry, into json: inout JSONWriter) {
    json.object { json in
      json.member("name", "models/" + entry.id)
      json.member("displayName", entry.id)
      json.array("supportedGenerationMethods") { json in
        let isEmbedding = entry.type == .embedding
        for method in isEmbedding ? ["embedContent", "batchEmbedContents"] : ["generateContent", "countTokens"] {
          json.value(RawText(method))
        }
      }
    }
  }

  /// RFC 3339, in UTC.
  private static func timestamp(_ seconds: Int) -> String {
    let days = seconds / 86400
    // The civil calendar from days since 1970 (https://howardhinnant.github.io/date_algorithms.html).
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let time = seconds % 86400
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
  }
}
