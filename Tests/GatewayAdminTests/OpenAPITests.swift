import Foundation
import GatewayConfiguration
import Testing

@testable import GatewayAdmin

/// The document that is served tells of every route.
struct OpenAPITests {
  private static func document(_ plane: AccessFixture) async throws -> [String: Any] {
    let answer = try await plane.call("GET", "/openapi.json")
    #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
    return try #require(answer.object)
  }

  @Test func whatTheRouterTakesIsInTheDocumentAndNothingElse() async throws {
    let history = try ReadingPlace()
    try await AccessFixture.run(routes: history.routes) { plane in
      let paths = try #require(try await Self.document(plane)["paths"] as? [String: [String: Any]])
      #expect(paths.count >= 30)
      for (template, item) in paths {
        let path = template.replacing("{", with: "").replacing("}", with: "")
        // A method that no path has: the answer names those that this one has.
        let answer = try await RawAnswer.to("TRACE \(path) HTTP/1.1\r\nhost: localhost", port: plane.port)
        let methods = answer.headers["allow"]?.split(separator: ", ").map { $0.lowercased() } ?? []
        #expect(answer.status == 405 && methods.filter { $0 != "head" }.sorted() == item.keys.sorted(), "\(path)")
      }
    }
  }

  @Test func namesOfOperationsAreUnique() async throws {
    let history = try ReadingPlace()
    try await AccessFixture.run(routes: history.routes) { plane in
      let paths = try #require(try await Self.document(plane)["paths"] as? [String: [String: [String: Any]]])
      let names = paths.values.flatMap(\.values).compactMap { $0["operationId"] as? String }
      #expect(Set(names).count == names.count)
    }
  }

  @Test func everyReferenceLeadsSomewhere() async throws {
    let history = try ReadingPlace()
    try await AccessFixture.run(routes: history.routes) { plane in
      let answer = try await plane.call("GET", "/openapi.json")
      let components = try #require(answer.object?["components"] as? [String: [String: Any]])
      let references = answer.body.matches(of: /"#\/components\/([a-z]+)\/([A-Za-z0-9]+)"/)
      #expect(!references.isEmpty)
      for reference in references {
        #expect(components[String(reference.1)]?[String(reference.2)] != nil, "\(reference.0)")
      }
    }
  }

  @Test(arguments: [
    ("exchanges?limit=0", "limit"), ("exchanges?limit=", "limit"), ("exchanges?limit=+5", "limit"),
    ("exchanges?from=2026-13-01", "from"), ("exchanges?from=2026-11-21T09:30:00Zjunk", "from"),
    ("exchanges?outcome=completed,", "outcome"), ("exchanges?status=6xx", "status"), ("exchanges?cursor=%2B", "cursor"),
    ("exchanges?limit=1&limit=2", "limit"), ("exchanges?colour=red", "colour"), ("keys?state=asleep", "state"),
    ("overview?span=year", "span"), ("usage?by=consumer,consumer", "by"), ("usage?span=day&from=2026-11-01", "span"),
    ("limits/usage?key=x", "key"), ("quotas?colour=red", "colour"),
  ]) func aWrongParameterIsNamed(path: String, parameter: String) async throws {
    try await ReadingPlace().serve { call in
      let answer = try await call("GET", path)
      #expect(answer.status == 400 && answer.object?["parameter"] as? String == parameter, "\(answer.body)")
    }
  }
}
