import CLibPQ

/// libpq, loaded when the first store of PostgreSQL is configured.
package final class PostgresLibrary: Sendable {
  let functions: LibPQ

  private init(_ functions: LibPQ) { self.functions = functions }

  private static let installed = Result { () throws(PostgresError) in try PostgresLibrary(named: "libpq.so.5") }

  /// The one of this machine.
  package static func load() throws(PostgresError) -> PostgresLibrary { try installed.get() }

  /// - Parameter name: the file, as the dynamic linker looks for it.
  package convenience init(named name: String) throws(PostgresError) {
    var reason: UnsafePointer<CChar>?
    guard let functions = libpq_load(name, &reason) else {
      throw .libraryMissing(reason: reason.map { String(cString: $0) } ?? "unknown")
    }
    self.init(functions.pointee)
  }
}
