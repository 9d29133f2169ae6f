#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads a provider's list of models.
package enum ModelListing {
  /// Bytes of a list that are read: the longest public one has about 1 MB.
  package static let maximumBytes = 4 << 20
  /// Names that are kept.
  package static let maximumNames = 10_000

  /// Why there is no list, in a sentence without secrets.
  package struct Problem: Error, Hashable, CustomStringConvertible {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }

    package var description: String { sentence }
  }

  /// The names in the order of the list, each once.
  ///
  /// Read are `{"data": […]}` (OpenAI), `{"models": […]}` and a bare array, of names or of objects with `id`, `model` or
  /// `name`. Entries without a usable name are passed over.
  package static func names(in body: some Sequence<UInt8>) throws(Problem) -> [String] {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(body))
    } catch {
      throw Problem("the answer is not a list of models")
    }
    var seen: Set<String> = []
    var names: [String] = []
    for name in document.entries.lazy.compactMap(\.name) where isUsable(name) && seen.insert(name).inserted {
      names.append(name)
      if names.count == maximumNames { break }
    }
    return names
  }

  /// Names end up in JSON, logs and metric labels.
  private static func isUsable(_ name: String) -> Bool {
    1...256 ~= name.utf8.count && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
  }

  private struct Document: Decodable {
    let entries: [Entry]

    private enum CodingKeys: String, CodingKey { case data, models }

    init(from decoder: any Decoder) throws {
      if let list = try? decoder.singleValueContainer().decode([Entry].self) {
        entries = list
        return
      }
      let object = try decoder.container(keyedBy: CodingKeys.self)
      entries =
        try object.decodeIfPresent([Entry].self, forKey: .data) ?? object.decode([Entry].self, forKey: .models)
    }
  }

  private struct Entry: Decodable {
    let name: String?

    private enum CodingKeys: String, CodingKey { case id, model, name }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        name = text
      } else if let object = try? decoder.container(keyedBy: CodingKeys.self) {
        name = [.id, .model, .name].lazy.compactMap { try? object.decode(String.self, forKey: $0) }.first
      } else {
        name = nil
      }
    }
  }
}
