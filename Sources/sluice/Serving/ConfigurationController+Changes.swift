import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// Changes of the objects that the database keeps.
extension ConfigurationController: ConfigurationEditing {
  // Others may be faster, but hardly that often.
  private static let tries = 5

  func configurationView() -> ConfigurationView { shown.view }

  func revision(_ number: Int64) async throws(ChangeRefusal) -> StoredRevision? {
    do { return try await store.revision(number) } catch { throw Self.unavailable(error) }
  }

  func revisions(before: Int64?, limit: Int) async throws(ChangeRefusal) -> [StoredRevision] {
    do { return try await store.revisions(before: before, limit: limit) } catch { throw Self.unavailable(error) }
  }

  func change(_ request: ChangeRequest) async throws(ChangeRefusal) -> ChangeOutcome {
    await enter()
    defer { leave() }
    for _ in 0..<Self.tries {
      if let outcome = try await attempt(request) { return outcome }
    }
    throw .unavailable("others change the configuration all the time; try again")
  }

  /// nil: somebody else was faster.
  private func attempt(_ request: ChangeRequest) async throws(ChangeRefusal) -> ChangeOutcome? {
    do { try await takeUpChanges() } catch { throw Self.unavailable(error) }
    var stored = stored
    var view = shown.view
    (view.stored, view.revision) = (stored.objects, stored.revision)
    var objects = try await request.objects(after: view) { number throws(ChangeRefusal) in
      try await self.objects(of: number)
    }
    var sealing = PlainSecrets(stored.secrets)
    objects = sealing.taken(from: objects)
    do throws(MasterKeyFault) {
      // The load needs it, too.
      if !sealing.secrets.isEmpty, shown.masterKey == nil { _ = try source.masterKeys.ownKeyOrNew() }
    } catch {
      throw .refused([Self.problem("\(error)", path: "storage.masterKey")])
    }
    let changes = objects.changes(from: stored.objects)
    let last = stored.revision
    let isWrittenByHand = sealing.isEmpty
    stored.objects = objects
    if isWrittenByHand { stored.text = request.text(of: objects) }
    stored.secrets = stored.secrets?.with(sealing.secrets)
    let result = load(stored)
    var problems = problems(of: result)
    if problems.isEmpty { problems = consumersWithKeys(stored, result) }
    guard problems.isEmpty else { throw .refused(problems) }
    var outcome = ChangeOutcome(
      revision: last, isDryRun: request.isDryRun, changes: changes,
      warnings: result.problems.filter { $0.severity == .warning }, needsRestart: restarts(of: result), stored: objects)
    guard !request.isDryRun, !changes.isEmpty else { return outcome }
    let draft = RevisionDraft(
      by: request.by, note: request.note, changes: Array(changes.map(\.object).unique.prefix(100)),
      document: objects.document)
    guard draft.document.utf8.count <= StoredObjects.maximumBytes else {
      throw .refused([Self.problem("all objects together are larger than 16MiB")])
    }
    do {
      try await sealing.store(in: store, result.masterKey, source.masterKeys)
      guard let revision = try await store.add(draft, after: last) else { return nil }
      stored.revision = revision.number
      outcome.revision = revision.number
    } catch let fault as MasterKeyFault {
      throw .refused([Self.problem("\(fault)", path: "storage.masterKey")])
    } catch {
      throw Self.unavailable(error)
    }
    _ = await adopt(result, stored, because: "\(request.by) changed it")
    return outcome
  }

  private func objects(of number: Int64) async throws(ChangeRefusal) -> StoredObjects {
    guard let revision = try await revision(number) else { throw .notFound("revision \(number)") }
    do throws {
      return try StoredObjects(document: revision.content.document)
    } catch {
      throw .unavailable("revision \(number) cannot be read: \(error)")
    }
  }

  /// Keys of a consumer that is gone would end, or worse, lose the consumer's restrictions.
  private func consumersWithKeys(_ stored: StoredKeys, _ result: LoadResult) -> [Problem] {
    let defined = Set(result.fileObjects[.consumers].keys).union(stored.objects[.consumers].keys)
    return shown.view.stored[.consumers].keys.sorted().filter { !defined.contains($0) }
      .compactMap { name in
        let count = stored.keys.count(of: name)
        guard count > 0 else { return nil }
        return Self.problem(
          "consumer '\(name)' has \(count == 1 ? "a key" : "\(count) keys"): revoke \(count == 1 ? "it" : "them") first",
          path: "consumers.\(name)")
      }
  }

  private static func unavailable(_ error: any Error) -> ChangeRefusal {
    .unavailable("the database cannot be used: \(error)")
  }
}

extension Array where Element: Hashable {
  fileprivate var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

extension ConfigurationController {
  /// A provider as it would be, which nobody has saved.
  func provider(_ value: ConfigurationValue, named name: String) async throws(ChangeRefusal) -> Provider {
    await enter()
    defer { leave() }
    do { try await takeUpChanges() } catch { throw Self.unavailable(error) }
    var stored = stored
    var objects = stored.objects
    objects[.providers, name] = value
    var sealing = PlainSecrets(stored.secrets)
    objects = sealing.taken(from: objects)
    if !sealing.secrets.isEmpty, shown.masterKey == nil { _ = try? source.masterKeys.ownKeyOrNew() }
    stored.objects = objects
    stored.secrets = stored.secrets?.with(sealing.secrets)
    let result = load(stored)
    guard let provider = result.snapshot?.providers.first(where: { $0.name == name }) else {
      throw .refused(result.problems.filter { $0.severity == .error })
    }
    return provider
  }
}
