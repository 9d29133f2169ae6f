import GatewayProviders
import Testing

struct ModelListingTests {
  @Test(arguments: [
    #"{"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]}"#,
    #"{"models":[{"name":"a","size":1},{"model":"b","name":"x"}]}"#,
    #"[{"id":"a","publisher":"p"},{"id":"b"}]"#,
    #"{"data":["a","b"]}"#,
    #"{"data":[{"id":"a"},{"id":"a"},{"id":""},{"id":7},null,[],{"id":"with blank"},{"x":1},{"id":"b"}]}"#,
    #"{"data":null,"models":[{"id":"a"},{"id":"b"}]}"#,
  ])
  func readsEveryShape(body: String) throws {
    #expect(try ModelListing.names(in: Array(body.utf8)) == ["a", "b"])
  }

  @Test(arguments: [#"{"data":[]}"#, "[]"])
  func anEmptyListIsAList(body: String) throws {
    #expect(try ModelListing.names(in: Array(body.utf8)) == [])
  }

  @Test(arguments: ["", "<html>", "{}", #"{"error":{"message":"no"}}"#, #"{"data":7}"#, #"{"data":[{"id":"a"}"#, "7"])
  func saysWhenThereIsNoList(body: String) {
    #expect(throws: ModelListing.Problem.self) { try ModelListing.names(in: Array(body.utf8)) }
  }

  @Test func dropsNamesThatWouldSpoilALog() throws {
    let long = String(repeating: "x", count: 257)
    let body = #"{"data":[{"id":"a\nb"},{"id":"\#(long)"},{"id":"ok/模型:7b"}]}"#
    #expect(try ModelListing.names(in: Array(body.utf8)) == ["ok/模型:7b"])
  }

  @Test func keepsAtMostTheMaximum() throws {
    let entries = (0..<ModelListing.maximumNames + 5).map { #""m\#($0)""# }.joined(separator: ",")
    #expect(try ModelListing.names(in: Array("[\(entries)]".utf8)).count == ModelListing.maximumNames)
  }

  @Test(
    arguments: [
      (nil, "http://127.0.0.1:11434/v1"), ("", "http://127.0.0.1:11434/v1"), ("  ", "http://127.0.0.1:11434/v1"),
      ("0.0.0.0", "http://127.0.0.1:11434/v1"), ("0.0.0.0:8090", "http://127.0.0.1:8090/v1"),
      (":8090", "http://127.0.0.1:8090/v1"), ("gpu.local", "http://gpu.local:11434/v1"),
      ("gpu.local:1", "http://gpu.local:1/v1"), ("http://gpu.local", "http://gpu.local:80/v1"),
      ("https://gpu.example/", "https://gpu.example:443/v1"),
      ("https://gpu.example/ollama", "https://gpu.example:443/ollama/v1"),
      ("[::]:7", "http://[::1]:7/v1"), ("::", "http://[::1]:11434/v1"), ("[::1]", "http://[::1]:11434/v1"),
      ("\"10.0.0.1\"", "http://10.0.0.1:11434/v1"), ("http://h:1/v1", "http://h:1/v1"),
    ] as [(String?, String)])
  func findsOllamaWhereItsVariablePoints(host: String?, expected: String) throws {
    #expect(OllamaAddress.baseURL(host: host) == expected)
    _ = try UpstreamURL.parse(expected)
  }
}
