import GatewayCore

/// What `kept_object` has for limits of stored bytes, beside what lists show.
enum StoredRow {
  /// In `kind`, of room that is taken for a call that is under way: its `id` is the call's.
  static let claim = "claim"
  /// In `kind`, of an upload whose parts are on their way. No list shows uploads.
  static let upload = "upload"

  /// For the sums of each holder, and what is over by itself. Few objects have a size.
  static let indices =
    StoredHolder.allCases.map { holder in
      """
      CREATE INDEX kept_object_bytes_of_\(holder.rawValue) ON kept_object (\(holder.column), expires_at, bytes)
      WHERE bytes > 0;

      """
    }.joined()
    + "CREATE INDEX kept_object_expiring ON kept_object (expires_at) WHERE expires_at IS NOT NULL;"

  static func kind(of surface: Surface) -> String { surface == .uploads ? upload : surface.rawValue }
}

extension StoredHolder {
  /// Of `kept_object`. `key` is a word of SQL.
  var column: String { self == .key ? "gateway_key" : rawValue }
}
