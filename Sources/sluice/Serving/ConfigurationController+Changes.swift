import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// Changes of the objects that the database keeps.
extension ConfigurationController: ConfigurationEditing {
  // Other nodes may be faster, but hardly that often: of those that change something at once one gets through each time.
  private static let tries = 20

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
      // So that nodes do not meet again and again.
      try? await Task.sleep(for: .milliseconds(Int.random(in: 1...30)))
    }
    throw .unavailable("others change the configuration all the time; try again")
  }

  /// nil: somebody else was faster.
  private func attempt(_ request: ChangeRequest) async throws(ChangeRefusal) -> ChangeOutcome? {
    let before = try await read()
    var view = shown.view
    (view.stored, view.revision) = (before.objects, before.revision)
    let wanted = try await request.objects(after: view) { number throws(ChangeRefusal) in
      try await self.objects(of: number)
    }
    if !request.mayMoveSecrets { try checkReach(of: wanted, after: before.objects) }
    var (stored, plain) = try taken(wanted, into: before)
    // Lines of a text mean something as long as nothing in it was replaced.
    if stored.objects == wanted { stored.text = request.text(of: wanted) }
    let result = load(stored, isTried: request.isDryRun)
    var problems = problems(of: result)
    if problems.isEmpty { problems = consumersWithKeys(stored, result) }
    guard problems.isEmpty else { throw .refused(problems) }
    let changes = stored.objects.changes(from: before.objects)
    var outcome = ChangeOutcome(
      revision: before.revision, isDryRun: request.isDryRun, changes: changes,
      warnings: result.problems.filter { $0.severity == .warning }, needsRestart: restarts(of: result),
      stored: stored.objects)
    guard !request.isDryRun, !changes.isEmpty else { return outcome }
    let draft = RevisionDraft(
      by: request.by, note: request.note, changes: Array(changes.map(\.object).unique.prefix(100)),
      document: stored.objects.document)
    guard draft.document.utf8.count <= StoredObjects.maximumBytes else {
      throw .refused([Self.problem("all objects together are larger than 16MiB")])
    }
    do {
      try await plain.store(in: store, by: AuditAuthor(name: request.by), result.masterKey, source.masterKeys)
      guard let revision = try await store.add(draft, after: before.revision) else { return nil }
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

  /// A provider as it would be, which nobody has saved.
  ///
  /// - Parameter mayMoveSecrets: see `SecretReach`.
  func provider(
    _ value: ConfigurationValue, named name: String, mayMoveSecrets: Bool
  ) async throws(ChangeRefusal) -> Provider {
    await enter()
    defer { leave() }
    let before = try await read()
    var objects = before.objects
    objects[.providers, name] = value
    if !mayMoveSecrets { try checkReach(of: objects, after: before.objects) }
    let result = load(try taken(objects, into: before).stored, isTried: true)
    guard let provider = result.snapshot?.providers.first(where: { $0.name == name }) else {
      throw .refused(result.problems.filter { $0.severity == .error })
    }
    return provider
  }

  private func read() async throws(ChangeRefusal) -> StoredKeys {
    do { try await takeUpChanges() } catch { throw Self.unavailable(error) }
    return stored
  }

  private func checkReach(of objects: StoredObjects, after before: StoredObjects) throws(ChangeRefusal) {
    let known = Array(shown.view.ofFile[.providers].values) + Array(before[.providers].values)
    for (name, value) in objects[.providers].sorted(by: { $0.key < $1.key })
    where value != before[.providers, name] && SecretReach.isNew(value, beside: known) {
      throw Self.needsSecrets(
        "provider '\(name)' would send a secret where no provider sends it yet",
        [StoredObjects.Collection.providers.rawValue, name])
    }
    for (name, value) in objects[.consumers].sorted(by: { $0.key < $1.key }) {
      let references = SecretReach.references(value["keys"]).subtracting(
        SecretReach.references(before[.consumers, name]?["keys"]))
      guard let reference = references.min() else { continue }
      throw Self.needsSecrets(
        "consumer '\(name)' would take '\(reference)' for a key",
        [StoredObjects.Collection.consumers.rawValue, name, "keys"])
    }
  }

  /// - Parameter path: of what is refused.
  private static func needsSecrets(_ what: String, _ path: [String]) -> ChangeRefusal {
    var problem = problem(
      "\(what); that is for those who have the permission 'secrets'", path: path.joined(separator: "."))
    problem.pointer = path.map { "/" + JSONPointer.token($0) }.joined()
    return .forbidden(problem)
  }

  /// What would be stored in place of `stored`: with references where plain secrets were.
  private func taken(
    _ objects: StoredObjects, into stored: StoredKeys
  ) throws(ChangeRefusal) -> (stored: StoredKeys, plain: PlainSecrets) {
    var plain = PlainSecrets(stored.secrets)
    var stored = stored
    stored.objects = plain.taken(from: objects)
    stored.secrets = stored.secrets?.with(plain.secrets)
    do throws(MasterKeyFault) {
      // A load asks for the key, too.
      if !plain.secrets.isEmpty, shown.masterKey == nil { _ = try source.masterKeys.ownKeyOrNew() }
    } catch {
      throw .refused([Self.problem("\(error)", path: "storage.masterKey")])
    }
    return (stored, plain)
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
