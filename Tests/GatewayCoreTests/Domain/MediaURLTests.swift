import GatewayCore
import Testing

@Suite struct MediaURLTests {
  private static func fault(_ text: String) -> MediaFailure? {
    do throws(MediaFailure) {
      _ = try MediaURL(text)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("https://example.com", "example.com", 443, "/"),
    ("HTTPS://EXAMPLE.com:8443/A?b=C#d", "example.com", 8443, "/A?b=C"),
    ("http://example.com./x", "example.com", 80, "/x"),
    ("https://example.com?x=1", "example.com", 443, "/?x=1"),
    ("https://example.com#x", "example.com", 443, "/"),
    ("https://[2001:DB8::1]:444/x", "2001:db8::1", 444, "/x"),
    ("https://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 443, "/"),
    ("https://images_a.internal:/x", "images_a.internal", 443, "/x"),
    ("https://example.com/a b/\u{FC}\"\\?q=\u{E9}", "example.com", 443, "/a%20b/%C3%BC%22%5C?q=%C3%A9"),
    ("https://example.com/a@b:c", "example.com", 443, "/a@b:c"),
    ("https://example.com\\@10.0.0.1/", "example.com", 443, "/%5C@10.0.0.1/"),
  ])
  func isTakenApart(text: String, host: String, port: Int, target: String) throws {
    let url = try MediaURL(text)
    #expect(url.host == host)
    #expect(url.endpoint.port == port)
    #expect(url.target == target)
    #expect(url.endpoint.isTLS == !text.hasPrefix("http://"))
  }

  @Test(arguments: [
    "ftp://example.com/", "example.com/x", "https:/example.com", "", "https://", "https://:443/", "https://./",
    "https://user@example.com/", "https://user:pw@example.com/", "https://example.com:0/", "https://example.com:65536/",
    "https://example.com:+80/", "https://example.com:80:80/", "https://[::1/", "https://[::1]x/",
    "https://[fe80::1%25lo]/",
    "https://[example.com]/", "https://ex%61mple.com/", "https://b\u{FC}cher.example/",
    "https://example.com/a\r\nhost: b",
    "https://example.com/\u{0}", "https://exam\tple.com/",
  ])
  func isRefused(text: String) { #expect(Self.fault(text)?.kind == .url) }

  @Test func aFaultTellsNothingOfTheQuery() {
    for text in ["https://u:p@h/?signature=s3cret", "ftp://h/?signature=s3cret", "https://h:x/?signature=s3cret"] {
      #expect(Self.fault(text)?.reason.contains("s3cret") == false)
    }
  }

  @Test func oneThatIsTooLongIsRefused() {
    #expect(Self.fault("https://example.com/" + String(repeating: "a", count: 9000))?.kind == .url)
  }

  @Test func aListedHostIsThatOfItsPortOnly() throws {
    var settings = MediaSettings()
    settings.hosts = [
      .init(name: "images.internal", port: 8443), .init(name: "store", port: nil), .init(name: "::1", port: 1),
    ]
    #expect(settings.lists(try MediaURL("https://Images.Internal:8443/x")))
    #expect(!settings.lists(try MediaURL("https://images.internal/x")))
    #expect(settings.lists(try MediaURL("http://store/x")))
    #expect(settings.lists(try MediaURL("https://store/x")))
    #expect(!settings.lists(try MediaURL("http://store:8080/x")))
    #expect(settings.lists(try MediaURL("http://[::1]:1/x")))
    #expect(!settings.lists(try MediaURL("https://evil.images.internal:8443/x")))
    #expect(settings.hosts.map(\.text) == ["images.internal:8443", "store", "[::1]:1"])
  }
}
