/// The spans of a request that a collector of traces got: OTLP, read without its schema.
package struct ReceivedSpan: Sendable {
  /// 32 hexadecimal digits.
  package let trace: String
  /// 16 hexadecimal digits.
  package let id: String
  /// The same; nil: it is the first of its trace.
  package let parent: String?
  package let name: String
  /// 2: server, 3: client.
  package let kind: Int
  package let state: String
  package let isError: Bool
  /// Nanoseconds.
  package let duration: Int64
  package let events: [String]
  /// Values as text, those of a list with commas.
  package let attributes: [String: String]
  /// Of the process that made it.
  package let resource: [String: String]

  /// All spans of one request.
  package static func read(_ request: ReceivedRequest) -> [ReceivedSpan] {
    ProtobufMessage(request.body[...]).messages(1).flatMap { resourceSpans in
      let resource = resourceSpans.messages(1).first?.attributes(1) ?? [:]
      return resourceSpans.messages(2).flatMap { $0.messages(2) }.map { ReceivedSpan($0, resource: resource) }
    }
  }

  private init(_ span: ProtobufMessage, resource: [String: String]) {
    trace = span.hexadecimal(1) ?? ""
    id = span.hexadecimal(2) ?? ""
    state = span.text(3) ?? ""
    parent = span.hexadecimal(4)
    name = span.text(5) ?? ""
    kind = Int(span.number(6) ?? 0)
    duration = Int64(bitPattern: span.number(8) ?? 0) - Int64(bitPattern: span.number(7) ?? 0)
    attributes = span.attributes(9)
    events = span.messages(11).compactMap { $0.text(2) }
    isError = span.messages(15).first?.number(3) == 2
    self.resource = resource
  }
}
