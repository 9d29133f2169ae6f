package import GatewayConfiguration
import GatewayCore
package import GatewayStorage
import HTTPTypes
import Hummingbird

/// Notes who changed what, after the change was made.
package typealias ConfigurationAudit = @Sendable (_ entry: AuditEntry, _ author: AuditAuthor) async -> Void

/// Makes changes and says what came of them.
struct ConfigurationEditor: Sendable {
  let configuration: any ConfigurationEditing
  let audit: ConfigurationAudit

  struct Change {
    let edit: ChangeRequest.Edit
    var note: String?
    let action: String
    let object: String
    /// Pointers of the database, and what they are in the body of the request.
    let prefixes: [(database: String, body: String)]

    init(
      _ edit: ChangeRequest.Edit, note: String? = nil, action: String, object: String,
      prefixes: [(database: String, body: String)] = []
    ) {
      self.edit = edit
      self.note = note
      self.action = action
      self.object = object
      self.prefixes = prefixes
    }
  }

  /// - Parameter status: where something has changed.
  func make(
    _ change: Change, _ context: AdminContext, status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let identity = try context.signedIn()
    let note = change.note ?? context.query["note"]
    if let note, note.utf8.count > 1000 {
      let words = "a note has 1000 bytes at most"
      throw change.note == nil ? .invalidParameter("note", words) : AdminProblem.invalidRequest(words, at: "/note")
    }
    let asked = ChangeRequest(
      change.edit, by: identity.name, note: note, isDryRun: context.query.flag("dryRun"),
      mayMoveSecrets: identity.permissions.contains(.secrets))
    let outcome: ChangeOutcome
    do throws(ChangeRefusal) {
      outcome = try await configuration.change(asked)
    } catch {
      throw AdminProblem(error, change.prefixes)
    }
    if !asked.isDryRun, !outcome.changes.isEmpty {
      let entry = AuditEntry(
        change.action, change.object, revision: Int(outcome.revision), detail: Self.detail(outcome, note: note))
      await audit(entry, context.author)
    }
    return AdminJSON.answer(json(outcome, change), asked.isDryRun ? .ok : status)
  }

  // Of the audit trail. The revision itself has all of the difference.
  private static let longestDetail = 4096
  private static let mostPaths = 50

  /// What is different: before and after, where that is short enough, else the paths of the settings.
  private static func detail(_ outcome: ChangeOutcome, note: String?) -> String {
    var detail = AuditDetail()
    detail.add("note", note)
    let changes = JSONValue.array(outcome.changes.map(\.json)).compactText
    if changes.utf8.count <= longestDetail {
      detail.add("changes", json: changes)
    } else {
      detail.add("changed", json: "\(outcome.changes.count)")
      detail.add("paths", outcome.changes.prefix(mostPaths).map { String($0.path.prefix(200)) })
    }
    return detail.text
  }

  private func json(_ outcome: ChangeOutcome, _ change: Change) -> JSONValue {
    let touched = Set(outcome.changes.map(\.object))
    let objects = StoredObjects.Collection.allCases.flatMap { collection in
      outcome.stored[collection].filter { touched.contains("\(collection.rawValue).\($0.key)") }.map {
        ShownObject(collection: collection, name: $0.key, source: .database, value: $0.value)
      }
    }
    return .object([
      ("revision", .verbatim("\(outcome.revision)")), ("dryRun", .bool(outcome.isDryRun)),
      ("diff", .array(outcome.changes.map(\.json))),
      ("warnings", .array(outcome.warnings.map { AdminFinding($0, change.prefixes).json })),
      ("needsRestart", .strings(outcome.needsRestart)),
      ("objects", .array(objects.sorted { $0.name < $1.name }.map(\.json))),
    ])
  }
}

extension AdminProblem {
  /// - Parameter prefixes: pointers of the database, and what they are in the body of the request.
  init(_ refusal: ChangeRefusal, _ prefixes: [(database: String, body: String)] = []) {
    self =
      switch refusal {
      case .notFound(let what): .notFound("there is no \(what)")
      case .exists(let what):
        AdminProblem(.conflict, .objectExists, "\(what) is there already; send 'if-match' with its etag to change it")
      case .readOnly(let what, let owner):
        AdminProblem(.conflict, .ownedByFile, "\(what) belongs to \(owner): change it there, or remove it from there")
      case .changed(let what):
        AdminProblem(
          .preconditionFailed, .objectChanged, "\(what) was changed since you read it; read it again and decide")
      case .unconditional(let what):
        AdminProblem(
          .preconditionRequired, .preconditionRequired,
          "\(what) is there already; say with 'if-match' which state you change")
      case .forbidden(let problem):
        AdminProblem(
          .forbidden, .notPermitted, problem.message, pointer: AdminFinding(problem, prefixes).pointer,
          problems: [AdminFinding(problem, prefixes)])
      case .unavailable(let why): AdminProblem(.serviceUnavailable, .storageUnavailable, why)
      case .refused(let problems):
        Self.refused(problems.map { AdminFinding($0, prefixes) })
      }
  }

  private static func refused(_ findings: [AdminFinding]) -> AdminProblem {
    let first = findings.first
    let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
    return AdminProblem(
      .unprocessableContent, .configurationRefused,
      (first.map { $0.message + ($0.advice.map { "; \($0)" } ?? "") } ?? "it cannot take effect") + more,
      pointer: first?.pointer, problems: findings)
  }
}

extension AdminFinding {
  /// - Parameter prefixes: pointers of the database, and what they are in the body of the request.
  package init(_ problem: Problem, _ prefixes: [(database: String, body: String)] = []) {
    var pointer: String?
    if let place = problem.pointer {
      for prefix in prefixes where place == prefix.database || place.hasPrefix(prefix.database + "/") {
        pointer = prefix.body + place.dropFirst(prefix.database.count)
      }
    }
    let isStored = problem.file == "database"
    self.init(
      problem.severity == .error ? .error : .warning, problem.message, advice: problem.advice, pointer: pointer,
      path: problem.path.isEmpty ? nil : problem.path, file: isStored ? nil : problem.file,
      line: problem.position?.line, column: problem.position?.column)
  }

  var json: JSONValue {
    .object([
      ("severity", .string(severity.rawValue)), ("message", .string(message)),
      ("advice", advice.map { .string($0) } ?? .null), ("pointer", pointer.map { .string($0) } ?? .null),
      ("path", path.map { .string($0) } ?? .null), ("file", file.map { .string($0) } ?? .null),
      ("line", line.map { .number($0) } ?? .null), ("column", column.map { .number($0) } ?? .null),
    ])
  }
}

extension SettingChange {
  var json: JSONValue {
    .object([("path", .string(path)), ("before", before?.json ?? .null), ("after", after?.json ?? .null)])
  }
}

extension AdminJSON {
  static func answer(_ value: JSONValue, _ status: HTTPResponse.Status = .ok) -> Response {
    response(status, bytes: Array(value.compactText.utf8))
  }
}
