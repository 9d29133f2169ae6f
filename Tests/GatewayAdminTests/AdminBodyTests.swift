import GatewayDialects
import Testing

@testable import GatewayAdmin

@Suite struct AdminBodyTests {
  private struct Body: Decodable, Equatable {
    struct Part: Decodable, Equatable {
      var weight: Int
      var name: String?
    }

    var title: String
    var parts: [Part]?
    var names: [String: Bool]?
  }

  private func read(_ text: String) throws -> Body {
    try AdminBody.decode(Body.self, from: JSONDocument(Array(text.utf8), refusesDuplicates: true).root)
  }

  private func refusal(_ text: String) throws -> AdminProblem? {
    #expect(throws: AdminProblem.self) { try read(text) }
  }

  @Test func aBodyIsRead() throws {
    let body = try read(#"{"title":"a\u00e9","parts":[{"weight":1},{"weight":2,"name":null}],"names":{"x/y":true}}"#)
    #expect(
      body
        == Body(
          title: "aé", parts: [.init(weight: 1), .init(weight: 2)], names: ["x/y": true]))
  }

  @Test(arguments: [
    (#"{"title":"a","tittle":"b"}"#, "/tittle", "there is no member 'tittle' here"),
    (
      #"{"title":"a","parts":[{"weight":1},{"weight":1,"a/~b":2}]}"#, "/parts/1/a~1~0b",
      "there is no member 'a/~b' here"
    ),
    (#"{"title":"a","parts":[{"weight":"1"}]}"#, "/parts/0/weight", "this must be a whole number"),
    (#"{"title":"a","parts":[{"weight":1.5}]}"#, "/parts/0/weight", "this must be a whole number"),
    (#"{"title":7}"#, "/title", "this must be a text"),
    (#"{"title":null}"#, "/title", "this must be a text"),
    (#"{"title":"a","parts":{}}"#, "/parts", "this must be an array"),
    (#"{"title":"a","names":{"x":1}}"#, "/names/x", "this must be true or false"),
    (#"{}"#, "", "'title' is missing"),
    (#"[]"#, "", "this must be an object"),
  ]) func aMistakeIsNamedWithItsPlace(text: String, pointer: String, detail: String) throws {
    let problem = try refusal(text)
    #expect(problem?.code == .invalidRequest)
    #expect(problem?.pointer == pointer)
    #expect(problem?.detail == detail)
  }
}
