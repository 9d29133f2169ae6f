import GatewayCore
import GatewayProviders
import Testing

struct UpstreamURLTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let url: String
    let expected: Provider.Endpoint

    init(_ url: String, _ isTLS: Bool, _ host: String, _ port: Int, _ basePath: String) {
      self.url = url
      expected = Provider.Endpoint(isTLS: isTLS, host: host, port: port, basePath: basePath)
    }

    var testDescription: String { url }
  }

  @Test(arguments: [
    Case("https://api.openai.com/v1", true, "api.openai.com", 443, "/v1"),
    Case("https://api.openai.com/v1/", true, "api.openai.com", 443, "/v1"),
    Case("HTTP://Localhost:8000", false, "localhost", 8000, ""),
    Case("http://10.0.0.7:8000///", false, "10.0.0.7", 8000, ""),
    Case("http://[::1]:11434/v1", false, "::1", 11434, "/v1"),
    Case("https://[2001:DB8::8a2e:370:7334]", true, "2001:db8::8a2e:370:7334", 443, ""),
    Case("http://[::ffff:192.0.2.1]/", false, "::ffff:192.0.2.1", 80, ""),
    Case("http://vllm_service.cluster.local/a%20b/v1", false, "vllm_service.cluster.local", 80, "/a%20b/v1"),
    Case("https://a.example:443/x-y_z~.1/v4", true, "a.example", 443, "/x-y_z~.1/v4"),
  ])
  func reads(_ item: Case) throws {
    #expect(try UpstreamURL.parse(item.url) == item.expected)
  }

  @Test(arguments: [
    ("", "empty"), ("api.openai.com/v1", "no scheme"), ("localhost:8000", "no scheme"), ("ftp://host/", "neither"),
    ("unix:///run/a.sock", "neither"), ("https://", "no host"), ("https:///v1", "no host"), ("https://:80/", "no host"),
    ("https://user:secret@host/v1", "`keys:`"), ("https://host/v1?api-version=1", "`apiVersion:`"),
    ("https://host/v1#a", "`#`"), ("https://host:0/", "port"), ("https://host:65536/", "port"),
    ("https://host:/", "port"), ("https://host:8a/", "port"), ("https://host:+80/", "port"),
    ("https://::1/", "[…]"), ("https://[::1/", "]"), ("https://[::1]a/", "port"), ("https://[fe80::1%25eth0]/", "IPv6"),
    ("https://[1::2::3]/", "IPv6"), ("https://[12345::]/", "IPv6"), ("https://[]/", "IPv6"),
    ("https://[1:2:3:4:5:6:7]/", "IPv6"), ("https://[1:2:3:4:5:6:7:8:9]/", "IPv6"), ("https://[:::]/", "IPv6"),
    ("https://a..b/", "host name"), ("https://.a/", "host name"), ("https://a./", "host name"),
    ("https://-a.b/", "host name"), ("https://a-/", "host name"), ("https://a!b/", "host name"),
    ("https://127.1/", "IPv4"), ("https://0x7f.0.0.1/", "IPv4"), ("https://2130706433/", "IPv4"),
    ("https://256.1.1.1/", "IPv4"), ("https://01.1.1.1/", "IPv4"), ("https://ho st/", "blank"),
    ("https://host/\r\nx: y", "blank"), ("https://host\u{0}/", "blank"), ("https://höst/", "xn--"),
    ("https://host\\@evil/", "`\\`"), ("https://host/a//b", "empty part"), ("https://host/../v1", "`..`"),
    ("https://host/a%2", "%XX"), ("https://host/a%zz", "%XX"), ("https://host/{id}", "%XX"),
    ("https://host/v1/chat/completions", "/chat/completions"), ("https://host/v1/embeddings/", "/embeddings"),
  ])
  func refusesAndSaysWhy(url: String, part: String) {
    let problem = #expect(throws: UpstreamURL.Problem.self) { try UpstreamURL.parse(url) }
    #expect(problem?.sentence.contains(part) == true, "\(problem?.sentence ?? "")")
  }

  @Test func neverQuotesAPassword() {
    let problem = #expect(throws: UpstreamURL.Problem.self) { try UpstreamURL.parse("https://me:hunter2@host/") }
    #expect(problem?.sentence.contains("hunter2") == false)
  }

  @Test func refusesALabelOf64Characters() {
    #expect(throws: UpstreamURL.Problem.self) {
      try UpstreamURL.parse("https://\(String(repeating: "a", count: 64)).example/")
    }
  }
}
