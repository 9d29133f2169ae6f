/// A database in which a store keeps its tables. Its work is done on threads of its own.
protocol SQLDatabase: Sendable {
  var dialect: SQLDialect { get }
  /// For messages: a path, or an address without credentials.
  var name: String { get }

  /// One transaction: what it has changed stays when `work` returns, and is taken back when it throws.
  func transaction<Result: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Result
  ) async throws(StorageError) -> Result

  /// The same without waiting, one piece of work after the other, in the order of the calls.
  /// - Parameter completion: called once, on any thread.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value,
    completion: @escaping @Sendable (Result<Value, StorageError>) -> Void)

  /// Changes when another process may have changed keys or secrets; and how often the connection was lost.
  func foreignVersion() async throws(StorageError) -> (changes: Int64, breaks: Int64)

  /// Sets what is done when the database answers again after a break.
  func whenBack(_ action: @escaping @Sendable () -> Void)

  func close() async throws(StorageError)
}

/// What a database tells the operator, each once until the opposite happens.
package enum StoreEvent: Hashable, Sendable {
  case lost(StorageError)
  case back
  /// What had been promised to be written was not.
  case notWritten(StorageError)
  /// Another gateway serves on the same file.
  case servedByAnother
}
