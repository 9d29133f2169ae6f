import Foundation
import GatewayConfiguration
import Testing

@testable import GatewayAdmin

/// Schemas follow from the types that are read and written.
struct SchemaBookTests {
  private enum Colour: String, Codable, CaseIterable, SchemaDescribed { case red, blue }

  private struct Inner: Codable, SchemaAnnotated {
    static var schemaName: String? { "Inner" }
    let amount: Int64
  }

  private struct Outer: Codable, SchemaAnnotated {
    static var members: [String: SchemaNote] { ["name": SchemaNote("Whose.", lengths: 1...8)] }
    let name: String
    let colour: Colour
    let words: [String]
    var flag: Bool?
    @OrNull var inner: Inner?
    let parts: [String: Inner]
  }

  @Test func anAnswerHasAllMembersButThoseThatMayBeMissing() throws {
    let schema = try Self.object(SchemaBook().schema(of: Outer.self, .answer))
    #expect(schema["required"] as? [String] == ["name", "colour", "words", "inner", "parts"])
    #expect(schema["additionalProperties"] as? Bool == false)
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(properties["name"]?["type"] as? String == "string" && properties["name"]?["maxLength"] as? Int == 8)
    #expect(properties["colour"]?["enum"] as? [String] == ["red", "blue"])
    #expect((properties["words"]?["items"] as? [String: String]) == ["type": "string"])
    #expect(properties["flag"]?["type"] as? String == "boolean")
    #expect((properties["inner"]?["anyOf"] as? [[String: String]])?.last == ["type": "null"])
    #expect(
      (properties["parts"]?["additionalProperties"] as? [String: String])?["$ref"] == "#/components/schemas/Inner")
  }

  @Test func whatMayBeMissingInABodyMayBeNull() throws {
    let schema = try Self.object(SchemaBook().schema(of: Outer.self, .body))
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(properties["flag"]?["type"] as? [String] == ["boolean", "null"])
    #expect(properties["name"]?["type"] as? String == "string")
  }

  @Test func aTypeWithANameIsAComponent() throws {
    let book = SchemaBook()
    _ = try book.schema(of: [Outer].self, .answer)
    #expect(book.components.keys.sorted() == ["Inner"])
  }

  @Test func aTypeThatCannotBeDescribedIsNamedByAnError() {
    struct Pair: Codable {
      init() {}
      init(from decoder: any Decoder) throws { _ = try decoder.unkeyedContainer() }
    }
    #expect(throws: DecodingError.self) { try SchemaBook().schema(of: Pair.self, .answer) }
  }

  private static func object(_ value: JSONValue) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(value.compactText.utf8)) as? [String: Any])
  }
}
