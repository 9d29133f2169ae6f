/// `media:`: how images and other media that a request names by URL are fetched for providers that take bytes only.
package struct MediaSettings: Hashable, Sendable {
  /// A host that is fetched from wherever it is.
  package struct Host: Hashable, Sendable {
    /// In lower case, without brackets.
    package var name: String
    /// `nil`: that of the scheme.
    package var port: Int?

    package init(name: String, port: Int?) {
      self.name = name
      self.port = port
    }

    /// As the configuration has it.
    package var text: String {
      let host = name.contains(":") ? "[\(name)]" : name
      return port.map { "\(host):\($0)" } ?? host
    }
  }

  package var fetches = true
  /// Bytes of all media of one request together.
  package var maximum = 20 << 20
  /// For all media of one request, from the first look-up to the last byte.
  package var timeout: Duration = .seconds(10)
  /// May have private addresses, and be fetched from by plain http.
  package var hosts: [Host] = []

  package init() {}

  /// Whether the configuration names the host of that URL.
  package func lists(_ url: MediaURL) -> Bool {
    let endpoint = url.endpoint
    return hosts.contains { $0.name == endpoint.host && ($0.port ?? (endpoint.isTLS ? 443 : 80)) == endpoint.port }
  }
}
