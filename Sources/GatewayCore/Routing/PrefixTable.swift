/// Finds the longest of many prefixes that a text begins with, in the time of one binary search however many there are.
///
/// The prefixes are sorted by their bytes, and each knows the longest other one that it begins with. Whatever a text begins with
/// is either its predecessor in that order or one of those that the predecessor begins with.
struct PrefixTable<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let prefix: [UInt8]
    let value: Value
    /// Of the longest proper prefix of this one that is in the table.
    var parent: Int?
  }

  private let entries: [Entry]

  /// Of equal prefixes the first one stays.
  init(_ pairs: [(prefix: String, value: Value)]) {
    var unique: [[UInt8]: Value] = [:]
    for pair in pairs {
      let bytes = Array(pair.prefix.utf8)
      if unique[bytes] == nil { unique[bytes] = pair.value }
    }
    var entries = unique.map { Entry(prefix: $0.key, value: $0.value) }
    entries.sort { $0.prefix.lexicographicallyPrecedes($1.prefix) }
    var chain: [Int] = []
    for index in entries.indices {
      while let last = chain.last, !entries[index].prefix.starts(with: entries[last].prefix) { chain.removeLast() }
      entries[index].parent = chain.last
      chain.append(index)
    }
    self.entries = entries
  }

  func longestPrefix(of text: String) -> Value? {
    if entries.isEmpty { return nil }
    return text.withBytes { longestPrefix(of: $0) }
  }

  private func longestPrefix(of text: UnsafeRawBufferPointer) -> Value? {
    // The first entry that sorts after the text; all that the text begins with sort before.
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if Self.comesAfter(entries[middle].prefix, text) { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    let common = Self.commonLength(entries[low - 1].prefix, text)
    var candidate: Int? = low - 1
    while let index = candidate {
      if entries[index].prefix.count <= common { return entries[index].value }
      candidate = entries[index].parent
    }
    return nil
  }

  private static func comesAfter(_ prefix: [UInt8], _ text: UnsafeRawBufferPointer) -> Bool {
    let common = commonLength(prefix, text)
    if common == prefix.count { return false }
    return common == text.count || prefix[common] > text[common]
  }

  private static func commonLength(_ prefix: [UInt8], _ text: UnsafeRawBufferPointer) -> Int {
    let limit = min(prefix.count, text.count)
    var length = 0
    while length < limit, prefix[length] == text[length] { length += 1 }
    return length
  }
}
