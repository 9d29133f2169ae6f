/// `telemetry.traces:` compiled: which exchanges are traced, and where their spans go.
package final class TraceSettings: Sendable {
  /// A field of every request to the collector.
  package struct Header: Sendable {
    /// In lower case.
    package let name: String
    package let value: Secret

    package init(name: String, value: Secret) {
      self.name = name
      self.value = value
    }
  }

  /// What all spans of this gateway have in common.
  package struct Attribute: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package let sampling: TraceSampling
  package let endpoint: Provider.Endpoint
  /// Of the requests to the collector.
  package let path: String
  package let headers: [Header]
  /// Authorities that are trusted, in PEM; nil: the system's.
  package let privateCA: String?
  /// Of one request.
  package let timeout: Duration
  /// `service.name` first.
  package let resource: [Attribute]

  package init(
    sampling: TraceSampling, endpoint: Provider.Endpoint, path: String, headers: [Header] = [],
    privateCA: String? = nil, timeout: Duration = .seconds(10), resource: [Attribute]
  ) {
    self.sampling = sampling
    self.endpoint = endpoint
    self.path = path
    self.headers = headers
    self.privateCA = privateCA
    self.timeout = timeout
    self.resource = resource
  }

  /// Where spans are sent.
  package var url: String { "\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(path)" }
}
