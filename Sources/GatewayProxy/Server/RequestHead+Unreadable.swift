extension RequestHead {
  /// Stands in for a head that could not be understood; the connection is closed after the answer.
  static let unreadable = RequestHead(
    method: .other, methodRange: .empty, target: .empty, path: .empty, query: .empty, isHTTP11: true, fields: [],
    length: 0,
    framing: .none, keepsAlive: false, expectsContinue: false, known: KnownFields())
}
