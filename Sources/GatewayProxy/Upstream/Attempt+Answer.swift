import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// A plain answer: held until it is whole, and known to be one before the client gets any of it.
extension Attempt {
  func finishAnswer(_ head: AnswerHead, _ body: ByteBuffer) {
    if call.isStream && call.surface.dialect != nil {
      if Self.isError(body) { return failWithError(in: body) }
      return fail(UpstreamFailure(.serverError, reason: "a plain answer to a request for a stream"), nil)
    }
    if let dialect = passage.answerDialect { return finishAnswer(head, body, in: dialect) }
    if case .converted(let conversion) = passage { return finishAnswer(head, body, conversion) }
    if call.surface.keepsObjects || call.surface == .videos { return finishObject(head, body) }
    let form = call.surface.answerForm
    let scanned: Result<AnswerLens, JSONFault> = body.withUnsafeReadableBytes { bytes in
      do throws(JSONFault) { return .success(try AnswerLens.scan(bytes, mayBeArray: form == .json)) } catch {
        return .failure(error)
      }
    }
    switch scanned {
    case .failure(let fault):
      fail(UpstreamFailure(.serverError, reason: "malformed answer: \(fault)"), nil)
    case .success(let answer):
      if answer.error != nil { return failWithError(in: body) }
      guard form != .list || answer.hasChoicesOrData else {
        return fail(UpstreamFailure(.serverError, reason: "an answer without choices or data"), nil)
      }
      // Of a large one the trace tells less, for it would be read a second time.
      if let witness, body.readableBytes <= Self.witnessed || exchange.keeper?.takes(body.readableBytes) == true {
        body.withUnsafeReadableBytes { witness.see($0, isWhole: true) }
      }
      if !call.surface.countsTokens { meter(.settled(answer.usage, estimate: estimate(answer.text))) }
      describeWinner()
      exchange.sendAnswer(head, body)
      finish(.won)
    }
  }

  /// 1 MiB.
  private static let witnessed = 1 << 20

  private static func isError(_ body: ByteBuffer) -> Bool {
    body.withUnsafeReadableBytes { bytes in (try? document(bytes)).map { ProviderError.isIn($0.root) } ?? false }
  }

  private func failWithError(in body: ByteBuffer) {
    let error = body.withUnsafeReadableBytes { Self.error(in: $0, hidingKeysOf: receivers, and: allTokens) }
    fail(error.failure, ProviderAnswer(status: nil, error: error))
  }

  private func finishAnswer(_ head: AnswerHead, _ body: ByteBuffer, _ conversion: Conversion) {
    let converted: Result<(body: [UInt8], usage: TokenUsage?)?, AnswerFault> = body.withUnsafeReadableBytes { bytes in
      do throws(AnswerFault) {
        let document = try Self.document(bytes)
        if ProviderError.isIn(document.root) { return .success(nil) }
        return .success(try conversion.convert(document.root))
      } catch {
        return .failure(error)
      }
    }
    switch converted {
    case .failure(let fault): fail(UpstreamFailure(.serverError, reason: fault.message), nil)
    case .success(nil): failWithError(in: body)
    case .success(let answer?):
      win(usage: .settled(answer.usage, estimate: estimate(TextCount())))
      exchange.sendAnswer(head, ByteBuffer(bytes: answer.body), contentType: "application/json")
      finish(.won)
    }
  }

  /// Objects that the provider keeps.
  private func finishObject(_ head: AnswerHead, _ body: ByteBuffer) {
    let written: Result<ByteBuffer?, AnswerFault> = body.withUnsafeReadableBytes { bytes in
      // The answer to a deletion.
      if bytes.isEmpty { return .success(body) }
      do throws(AnswerFault) {
        let root = try Self.document(bytes).root
        let mark = exchange.objectMark
        if case .object(let request) = passage, request.isList {
          if let page = request.page { return .success(finishPage(page, root, mark)) }
          let lists = zip(request.providers, root.elements).map { ($0.name, $1.isNull ? nil : $1) }
          return .success(
            ByteBuffer(bytes: try ObjectList.merge(lists, of: call.surface, limit: request.limit, mark)))
        }
        // The error of an object (a batch that failed) is part of it; one in its place has no id.
        if root["id"] == nil, root["object"] == nil, let error = root["error"], !error.isEmpty || error.isString {
          return .success(nil)
        }
        noteObjects(root)
        let edits = ObjectIDs.mark(root, of: call.surface, owner: provider.name, mark)
        return .success(edits.isEmpty ? body : ByteBuffer(bytes: BodyEdit.apply(edits, to: bytes)))
      } catch {
        return .failure(error)
      }
    }
    switch written {
    case .failure(let fault): fail(UpstreamFailure(.serverError, reason: fault.message), nil)
    case .success(nil): failWithError(in: body)
    case .success(let answer?):
      describeWinner()
      exchange.sendAnswer(head, answer)
      finish(.won)
    }
  }

  /// A list of objects that were asked for one by one; what is not there any more is forgotten.
  private func finishPage(_ page: ObjectPage, _ root: JSONNode, _ mark: ObjectMark) -> ByteBuffer {
    var elements: [(owner: String, node: JSONNode)] = []
    for (place, node) in zip(page.places, root.elements) {
      if node.isNull {
        loop.shared.objects.forget(id: place.id, provider: place.provider)
      } else {
        elements.append((place.provider, node))
      }
    }
    return ByteBuffer(bytes: ObjectList.write(elements, of: call.surface, hasMore: page.hasMore, mark))
  }

  private func noteObjects(_ root: JSONNode) {
    guard case .object(let request) = passage else {
      return exchange.keepObjects(root, at: provider, isCreation: true)
    }
    guard request.method == "DELETE" else {
      // The end of an upload makes a file.
      let isCreation = request.method == "POST" && (request.isCollection || request.surface == .uploads)
      return exchange.keepObjects(root, at: provider, isCreation: isCreation)
    }
    if root["deleted"]?.bool == true, request.isWhole, let id = root["id"]?.string {
      exchange.forgetObject(id, at: provider)
    }
  }

  private static func document(_ bytes: UnsafeRawBufferPointer) throws(AnswerFault) -> JSONDocument {
    do throws(JSONFault) {
      return try JSONDocument(copying: bytes, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
  }

  /// An answer of which only its own reader knows whether it is one.
  private func finishAnswer(_ head: AnswerHead, _ body: ByteBuffer, in dialect: Dialect) {
    let limit = exchange.snapshot.server.limits.event
    var streamError: ProviderError?
    let read: Result<CanonicalResponse?, AnswerFault> = body.withUnsafeReadableBytes { bytes in
      do throws(AnswerFault) {
        if isTranslated, head.isStream(of: dialect) {
          switch try WholeStream.read(bytes, as: dialect, limit: limit) {
          case .success(let answer): return .success(answer)
          case .failure(let error):
            streamError = Self.redacted(error, hidingKeysOf: receivers, and: allTokens)
            return .success(nil)
          }
        }
        let document = try Self.document(bytes)
        if ProviderError.isIn(document.root) { return .success(nil) }
        return .success(try dialect.readAnswer(document.root))
      } catch {
        return .failure(error)
      }
    }
    switch read {
    case .failure(let fault): fail(UpstreamFailure(.serverError, reason: fault.message), nil)
    case .success(nil):
      guard let streamError else { return failWithError(in: body) }
      fail(streamError.failure, ProviderAnswer(status: nil, error: streamError))
    case .success(let answer?):
      var answer = answer
      answer.usage = TokenUsage.settled(answer.usage, estimate: estimate(answer.textCount))
      witness?.see(answer)
      win(usage: answer.usage ?? TokenUsage())
      if case .translated(let translation) = passage {
        let whole = passage.emulated.isEmpty ? answer : EmulatedOutput.restore(answer)
        let marked = translation.client == dialect ? whole : whole.marked(dialect)
        let written = translation.client.writeAnswer(marked, context: translation.context)
        exchange.sendAnswer(head, ByteBuffer(bytes: written), contentType: "application/json")
      } else {
        exchange.sendAnswer(head, withOwner(body))
      }
      finish(.won)
    }
  }

  /// A response gets the name of the provider that keeps it.
  private func withOwner(_ body: ByteBuffer) -> ByteBuffer {
    guard call.surface == .responses else { return body }
    return body.withUnsafeReadableBytes { bytes in
      Self.withOwner(provider.name, exchange.objectMark, bytes).map { ByteBuffer(bytes: $0) } ?? body
    }
  }

  /// - Returns: nil where nothing changes.
  static func withOwner(_ owner: String, _ mark: ObjectMark, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard let document = try? JSONDocument(copying: bytes, loneSurrogates: .replaced) else { return nil }
    let edits = ObjectIDs.mark(document.root, of: .responses, owner: owner, mark)
    return edits.isEmpty ? nil : BodyEdit.apply(edits, to: bytes)
  }
}
