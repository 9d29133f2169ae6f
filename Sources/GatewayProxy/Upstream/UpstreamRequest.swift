import GatewayCore
import GatewayDialects
import GatewayProviders
import NIOCore

/// The request of one attempt: a head made for the provider, and the client's body with a few bytes spliced.
struct UpstreamRequest {
  /// Bodies up to this size are copied behind the head, so that both leave in one small write; larger ones stay where
  /// they are.
  private static let copyLimit = 16 << 10

  let exchange: Exchange
  let call: ModelCall
  let policy: RoutePolicy
  let provider: Provider
  let passage: Passage

  /// - Parameters:
  ///   - token: of a provider whose credential is one.
  ///   - index: of the request, where a call becomes several.
  func parts(
    link: ProviderLink, model: String, credential: Int?, token: AccessToken?, index: Int = 0
  ) -> [ByteBuffer] {
    var body: ByteBuffer
    var edits: [BodyEdit]
    switch passage {
    case .translated(let translation):
      body = ByteBuffer(bytes: translation.request.body)
      edits = []
    case .converted(let conversion):
      body = ByteBuffer(bytes: conversion.requests[index].body)
      edits = []
    case .object(let request):
      body = request.body
      edits = []
    case .spliced, .observed:
      body = exchange.body
      let media = call.mediaEdits(for: provider)
      let spliced = body.withUnsafeReadableBytes { bytes in
        dialect == .anthropic && provider.pathStyle.isVertex
          ? AnthropicOnVertex.edits(
            lens: call.lens, body: bytes, counted: call.surface.countsTokens ? VertexModel(model).name : nil)
          : RequestSplice.edits(
            lens: call.lens, body: bytes, model: model, parameters: policy.parameters,
            dialect: call.surface.dialect ?? .openAIChat, includeUsage: call.isStream && asksForUsage)
      }
      edits = media.isEmpty ? spliced : (spliced + media).sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
    if provider.signing != nil, !edits.isEmpty {
      body = ByteBuffer(bytes: body.withUnsafeReadableBytes { BodyEdit.apply(edits, to: $0) })
      edits = []
    }
    let length = edits.reduce(body.readableBytes) { $0 + $1.replacement.count - $1.range.count }
    let isCopied = length <= Self.copyLimit
    let operation: UpstreamOperation
    if case .object(let request) = passage {
      operation = request.operation(index)
    } else {
      operation = passage.operation(for: call.surface, isStream: call.isStream, to: provider)
    }
    let prefix = link.headPrefix(operation: operation, model: model, credential: credential)
    var head = ByteBufferAllocator().buffer(capacity: prefix.readableBytes + 320 + (isCopied ? length : 0))
    head.writeImmutableBuffer(prefix)
    if let token { head.writeString("authorization: Bearer \(token.secret.reveal { $0 })\r\n") }
    writeFields(into: &head)
    if let signing = provider.signing, let credential {
      let request = link.signed(
        body, operation: operation, model: model, signing: signing, secret: provider.credentials[credential].secret)
      for field in request { head.writeString("\(field.name): \(field.value)\r\n") }
    }
    if hasBody || length > 0 { HeadWriter.writeField("content-length", length, into: &head) }
    HeadWriter.writeEnd(into: &head)
    if isCopied {
      writePieces(of: body, edits) {
        head.writeImmutableBuffer($0)
      } replacement: {
        head.writeBytes($0)
      }
      return [head]
    }
    var parts = [head]
    writePieces(of: body, edits) {
      parts.append($0)
    } replacement: {
      parts.append(ByteBuffer(bytes: $0))
    }
    return parts
  }

  /// Whether the method has a body even where that is empty.
  private var hasBody: Bool {
    if case .object(let request) = passage { request.method == "POST" } else { true }
  }

  /// Chat and completions of OpenAI say the usage of a stream when they are asked to.
  private var asksForUsage: Bool {
    (call.surface == .chatCompletions || call.surface == .completions) && provider.quirks.acceptsStreamOptions
  }

  /// The dialect in which the request goes out.
  private var dialect: Dialect? { passage.answerDialect ?? call.surface.dialect }

  /// What of the client's head goes on; see `ForwardedHeaders`.
  private func writeFields(into head: inout ByteBuffer) {
    if !hasBody, exchange.body.readableBytes == 0 {
      // Nothing to describe.
    } else if call.lens.isForm || call.surface.keepsObjects, let type = exchange.head.first(.contentType) {
      exchange.headBytes.withUnsafeReadableBytes { HeadWriter.writeField(type, of: $0, into: &head) }
    } else {
      HeadWriter.writeField("content-type", "application/json", into: &head)
    }
    var namesVersion = false
    exchange.headBytes.withUnsafeReadableBytes { bytes in
      let fields = exchange.head.fields
      let hopByHop = fields.filter { $0.known == .connection && !Self.isPlain($0, in: bytes) }
      for field in fields where mayPass(field, in: bytes) {
        if !hopByHop.isEmpty && hopByHop.contains(where: { Self.names($0, field, in: bytes) }) { continue }
        if dialect == .anthropic { namesVersion = namesVersion || Self.isVersion(field, in: bytes) }
        HeadWriter.writeField(field, of: bytes, into: &head)
      }
    }
    if let trace = exchange.record.trace { exchange.writeTrace(trace, into: &head) }
    if dialect == .anthropic && !namesVersion {
      HeadWriter.writeField("anthropic-version", "2023-06-01", into: &head)
    }
  }

  /// Anthropic's API refuses a call without it.
  private static func isVersion(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
    ForwardedHeaders.isAnthropicVersion(field.name.bytes(in: bytes))
  }

  /// The usual values, which name no other field.
  private static func isPlain(_ connection: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
    let value = connection.value.bytes(in: bytes)
    return value.count == 10 && value.elementsEqual("keep-alive".utf8)
      || value.count == 5 && value.elementsEqual("close".utf8)
  }

  /// Whether the `Connection` field `connection` names `field`, which then goes no further (RFC 9110 §7.6.1).
  private static func names(_ connection: HeaderField, _ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
    let name = String(decoding: field.name.bytes(in: bytes), as: UTF8.self).lowercased()
    return String(decoding: connection.value.bytes(in: bytes), as: UTF8.self).lowercased()
      .split(separator: ",").contains { $0.filter { $0 != " " && $0 != "\t" } == name }
  }

  private func mayPass(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
    switch field.known {
    case .accept: !passage.isRewritten
    case .traceparent, .tracestate: exchange.record.trace == nil
    case .contentType, .host, .contentLength, .authorization: false
    default:
      ForwardedHeaders.goesUpstream(
        field.name.bytes(in: bytes), dialect: passage.isRewritten ? nil : call.surface.errorDialect,
        also: provider.forwardHeaders)
    }
  }

  private func writePieces(
    of body: ByteBuffer, _ edits: [BodyEdit], piece: (ByteBuffer) -> Void, replacement: ([UInt8]) -> Void
  ) {
    var offset = 0
    func writeUntouched(to end: Int) {
      guard end > offset, let slice = body.getSlice(at: body.readerIndex + offset, length: end - offset) else { return }
      piece(slice)
    }
    for edit in edits {
      writeUntouched(to: edit.range.lowerBound)
      if !edit.replacement.isEmpty { replacement(edit.replacement) }
      offset = edit.range.upperBound
    }
    writeUntouched(to: body.readableBytes)
  }
}
