/// How many letters must be inserted, left out, exchanged or swapped with their neighbour to turn one text into another
/// (optimal string alignment, a bounded Damerau–Levenshtein distance). Case does not count.
struct EditDistance {
  /// Longer names are not compared: the time grows with the square of the length.
  static let longestName = 128

  private let name: [UInt8]
  private let letters: UInt64
  private var rows: (beforeLast: [Int], last: [Int], current: [Int])

  init(from name: String) {
    self.name = Self.folded(name)
    letters = Self.letters(self.name)
    let row = [Int](repeating: 0, count: Self.longestName + 1)
    rows = (row, row, row)
  }

  /// How far a name may be away and still be worth a suggestion.
  var reach: Int {
    switch name.count {
    case 0...2: 1
    case 3...5: 2
    case ...Self.longestName: min((name.count + 2) / 3, 8)
    default: 0
    }
  }

  /// - Returns: the distance, or `nil` when it is greater than `limit`.
  mutating func distance(to other: String, limit: Int) -> Int? {
    guard abs(other.utf8.count - name.count) <= limit, max(other.utf8.count, name.count) <= Self.longestName else {
      return nil
    }
    // Every letter that only one of them has costs an edit: most names are ruled out here, before anything is copied.
    let theirs = Self.letters(other.utf8)
    guard max((letters & ~theirs).nonzeroBitCount, (theirs & ~letters).nonzeroBitCount) <= limit else { return nil }
    return align(Self.folded(other), limit: limit)
  }

  /// The usual table, of which three rows are kept and only the diagonal band is filled that a distance within `limit` can use.
  private mutating func align(_ other: [UInt8], limit: Int) -> Int? {
    let beyond = limit + 1
    for j in 0...other.count { rows.last[j] = min(j, beyond) }
    for i in 1..<(name.count + 1) {
      let low = max(1, i - limit)
      let high = min(other.count, i + limit)
      guard low <= high else { return nil }
      rows.current[low - 1] = low == 1 ? min(i, beyond) : beyond
      var least = rows.current[low - 1]
      for j in low...high {
        let isSame = name[i - 1] == other[j - 1]
        let above = j == i + limit ? beyond : rows.last[j] + 1
        var cost = min(above, rows.current[j - 1] + 1, rows.last[j - 1] + (isSame ? 0 : 1))
        if i > 1, j > 1, name[i - 1] == other[j - 2], name[i - 2] == other[j - 1] {
          cost = min(cost, rows.beforeLast[j - 2] + 1)
        }
        rows.current[j] = min(cost, beyond)
        least = min(least, cost)
      }
      if least > limit { return nil }
      rows = (rows.last, rows.current, rows.beforeLast)
    }
    return rows.last[other.count] <= limit ? rows.last[other.count] : nil
  }

  private static func folded(_ text: String) -> [UInt8] {
    text.utf8.map(fold)
  }

  private static func fold(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// One bit for each letter that occurs; different letters may share one.
  private static func letters(_ text: some Sequence<UInt8>) -> UInt64 {
    text.reduce(0) { $0 | 1 << UInt64(fold($1) & 63) }
  }
}

/// The candidates that someone who wrote `name` may have meant, nearest first, then by name; none when nothing is near.
/// - Parameter isAllowed: asked only of candidates that would be among the answers; refused ones are left out.
package func nearestNames(
  to name: String, among candidates: some Sequence<String>, limit: Int = 3,
  where isAllowed: (String) -> Bool = { _ in true }
) -> [String] {
  var distance = EditDistance(from: name)
  var reach = distance.reach
  var near: [(distance: Int, name: String)] = []
  for candidate in candidates where limit > 0 {
    guard let edits = distance.distance(to: candidate, limit: reach) else { continue }
    let place = near.firstIndex { (edits, candidate) < ($0.distance, $0.name) } ?? near.count
    guard place < limit, isAllowed(candidate) else { continue }
    near.insert((edits, candidate), at: place)
    if near.count > limit { near.removeLast() }
    // Once there are enough, only what is as near as the last of them is of interest.
    if near.count == limit { reach = near[limit - 1].distance }
  }
  return near.map(\.name)
}
