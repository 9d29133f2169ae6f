import Foundation
import NIOCore

/// How many event loops to run: one for each core that this process may use.
enum LoopCount {
  /// The least of what the machine and its control group have and of what the process is pinned to; at least 1.
  static var available: Int { max(1, min(System.coreCount, pinnedCores ?? .max)) }

  /// Of Linux's `Cpus_allowed_list:`, which `taskset` and container runtimes narrow.
  private static var pinnedCores: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let name = "Cpus_allowed_list:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
    return count(ofList: line.dropFirst(name.count).filter { !$0.isWhitespace })
  }

  /// Of a list such as `0-3,8`; `nil` when it is not one.
  static func count(ofList list: String) -> Int? {
    var count = 0
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, last >= first else {
        return nil
      }
      count += last - first + 1
    }
    return count
  }
}
