import GatewayCore
import GatewayDialects
import GatewayPolicies
import NIOCore

/// The upload of a batch's input file: its lines name models and objects of the gateway, and go on with those of the provider
/// that is to run the batch. Where nothing else says which provider that is, the first line's model does.
final class BatchUpload: ExchangeCall {
  // 256 KiB: a millisecond or two.
  private static let turn = 256 << 10

  private let exchange: Exchange
  private let path: ObjectPath
  private var file: BatchFile
  private var models: BatchModels
  /// That may run a batch for this consumer.
  private let candidates: [Provider]
  private var keeper: Provider?
  private var isStopped = false

  let tries = 0

  /// - Returns: `nil` for a call that is no such upload.
  init?(_ path: ObjectPath, of exchange: Exchange) throws(GatewayError) {
    guard exchange.head.method == .post, path.isCollection else { return nil }
    let caller = exchange.caller
    let snapshot = exchange.snapshot
    if path.surface == .uploads { try Self.refuseParts(exchange, isRestricted: caller.isRestricted(on: .uploads)) }
    guard path.surface == .files, let field = exchange.head.first(.contentType) else { return nil }
    let type = exchange.headBytes.slice(field.value)
    guard type.startsIgnoringCase("multipart/form-data"), let file = try BatchFile(exchange.body, contentType: type)
    else { return nil }
    self.exchange = exchange
    self.path = path
    self.file = file
    models = BatchModels(caller: caller, snapshot: snapshot, surface: path.surface)
    let keeping = ObjectOwner.candidates(for: .files, caller: caller, in: snapshot)
    candidates = keeping.filter { $0.keeps.contains(.batches) }
    let query = ObjectQuery(
      exchange.string(exchange.head.query), exchange.objectMark,
      credentials: exchange.snapshot.authentication.queryParameters)
    if let named = exchange.namedProvider ?? query.provider {
      keeper = try ObjectOwner.provider(named: named, for: .files, caller: caller, in: snapshot)
    } else if keeping.count == 1 {
      keeper = keeping.first
    }
  }

  /// A file that comes in parts cannot be read line by line, so what its lines name cannot be checked.
  private static func refuseParts(_ exchange: Exchange, isRestricted: Bool) throws(GatewayError) {
    guard isRestricted || exchange.snapshot.separatesObjects else { return }
    let isBatch = exchange.body.withUnsafeReadableBytes { bytes in
      let document = try? JSONDocument(copying: bytes, loneSurrogates: .replaced)
      return document?.root.members.contains { $0.name.equals("purpose") && $0.value.string == "batch" } ?? false
    }
    guard isBatch else { return }
    throw GatewayError(
      .invalidParameter, "the input file of a batch is uploaded whole here: POST /v1/files with purpose=batch",
      parameter: "purpose")
  }

  func start() { advance() }

  private func advance() {
    guard !isStopped else { return }
    do throws(GatewayError) {
      let isWhole = try file.rewrite(about: Self.turn) { line, number throws(GatewayError) in
        try self.edits(line, number)
      }
      guard isWhole else {
        return exchange.loop.eventLoop.assumeIsolated().execute { self.advance() }
      }
      exchange.loop.clock.tick()
      exchange.replaceBody(file.form)
      let request = try ObjectRequest(path, of: exchange, provider: keeper?.name)
      try exchange.admit(request)
    } catch {
      exchange.answer(error)
    }
  }

  /// What must change in a line.
  private func edits(_ line: JSONNode, _ number: Int) throws(GatewayError) -> [BodyEdit] {
    var edits = try self.ids(in: line, number)
    guard let model = line["body"]?["model"], let name = model.string else { return edits }
    do throws(GatewayError) {
      if keeper == nil { keeper = try models.keeper(of: name, among: candidates) }
      guard let keeper else { return edits }
      let own = try models.name(of: name, at: keeper)
      if own != name {
        var replacement: [UInt8] = []
        JSONText.quote(into: &replacement, own)
        edits.append(BodyEdit(range: model.raw.range, replacement: replacement))
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
      }
    } catch {
      throw Self.fault(error.message, number, "body.model")
    }
    return edits
  }

  /// What of a line names objects that the provider keeps.
  private func ids(in line: JSONNode, _ number: Int) throws(GatewayError) -> [BodyEdit] {
    let stripped: ObjectIDs.Stripped
    do throws(DialectFault) {
      stripped = try ObjectIDs.strip(line, exchange.objectMark, isModelCall: true)
    } catch {
      throw Self.fault(error.message, number, error.path)
    }
    if let path = stripped.foreign ?? stripped.unmarked {
      var error = GatewayError.unknownObject(at: path)
      error.message = "line \(number) of the batch file: \(error.message)"
      throw error
    }
    if let owner = stripped.owner {
      keeper = keeper ?? candidates.first { $0.name == owner }
      if keeper?.name != owner {
        let other = keeper.map { ", and the file goes to '\($0.name)'" } ?? ", which runs no batches"
        throw Self.fault("it names an object that provider '\(owner)' keeps\(other)", number, nil)
      }
    }
    return stripped.edits
  }

  private static func fault(_ message: String, _ line: Int, _ path: String?) -> GatewayError {
    GatewayError(
      .invalidParameter, "line \(line) of the batch file\(path.map { ", '\($0)'" } ?? ""): \(message)", parameter: path)
  }

  func interrupt() {
    isStopped = true
    exchange.callStopped()
  }

  func clientWritabilityChanged(_ isWritable: Bool) {}
}
