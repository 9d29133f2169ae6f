import CLibPQ

/// The parameters of a statement in the arrays that libpq takes.
struct PostgresParameters {
  private var bytes: [UInt8] = []
  /// Where each starts in `bytes`; `nil` for NULL.
  private var starts: [Int?] = []
  private var lengths: [CInt] = []
  private var types: [Oid] = []

  init(_ values: [PostgresValue?]) {
    for value in values {
      let start = bytes.count
      value?.encode(into: &bytes)
      starts.append(value == nil ? nil : start)
      lengths.append(CInt(clamping: bytes.count - start))
      // 0: the server infers the type of a NULL.
      types.append(value?.oid ?? 0)
    }
    // An address that is not null even for an empty value.
    bytes.append(0)
  }

  func send(_ sql: String, on connection: OpaquePointer, by library: LibPQ) -> Bool {
    bytes.withUnsafeBytes { base in
      let values = starts.map { start in
        start.flatMap { offset in base.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) } }
      }
      let formats = [CInt](repeating: 1, count: starts.count)
      // Answers come as text.
      return library.PQsendQueryParams(connection, sql, CInt(starts.count), types, values, lengths, formats, 0) == 1
    }
  }
}
