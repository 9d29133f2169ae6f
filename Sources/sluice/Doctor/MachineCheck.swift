import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore

/// Whether disk, memory and open files suffice.
enum MachineCheck {
  private static let area = "machine"
  private static let mebibyte: Int64 = 1 << 20
  // Below the first, the journal and the database will soon stop; below the second, within days.
  private static let noRoom = 100 * mebibyte
  private static let littleRoom = 1024 * mebibyte
  // An idle gateway has some 30 MiB.
  private static let littleMemory = 128 * mebibyte

  static func findings(of result: LoadResult) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    if let database = result.database { findings += disk((database.files as NSString).deletingLastPathComponent) }
    if let start = result.start, start.ledger.isOn, let database = result.database {
      findings += journal(database.files, start.ledger)
    }
    if let snapshot = result.snapshot { findings += openFiles(connections: snapshot.server.limits.connections) }
    return findings + memory()
  }

  private static func disk(_ path: String) -> [DoctorFinding] {
    let directory = path.isEmpty ? "." : path
    guard
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory),
      let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
    else { return [] }
    let nodes = (attributes[.systemFreeNodes] as? NSNumber)?.int64Value ?? .max
    let all = (attributes[.systemNodes] as? NSNumber)?.int64Value ?? 0
    var findings: [DoctorFinding] = []
    let words = "\(directory) has \(free / mebibyte) MiB of free disk"
    if free < noRoom {
      findings.append(
        DoctorFinding(
          .error, area, words, advice: "free some, or shorten `storage.retention`: without room exchanges are lost"))
    } else if free < littleRoom {
      findings.append(DoctorFinding(.warning, area, words, advice: "free some, or shorten `storage.retention`"))
    } else {
      findings.append(DoctorFinding(.ok, area, words))
    }
    // Some file systems do not count them.
    if all > 0, nodes < 1000 {
      findings.append(
        DoctorFinding(.error, area, "\(directory) has \(nodes) free inodes", advice: "remove small files there"))
    }
    return findings
  }

  private static func journal(_ files: String, _ ledger: LedgerSettings) -> [DoctorFinding] {
    let path = files + ".journal"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let size = names.reduce(into: Int64(0)) { sum, name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      sum += (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }
    guard size * 2 > Int64(ledger.journal) else { return [] }
    return [
      DoctorFinding(
        .error, area, "the ledger's journal has \(size / mebibyte) of \(ledger.journal / Int(mebibyte)) MiB",
        advice: "the database takes no rows: see 'database', and the program log; nothing is lost until it is full")
    ]
  }

  private static func openFiles(connections: Int) -> [DoctorFinding] {
    // `ProcessLimits` raises it as far as it may when a gateway starts.
    var limit = rlimit()
    guard getrlimit(ProcessLimits.openFiles, &limit) == 0 else { return [] }
    // A client's and a provider's connection for each call, and the gateway's own files.
    let needed = UInt64(connections) * 2 + 200
    guard UInt64(limit.rlim_max) < needed else {
      return [DoctorFinding(.ok, area, "\(limit.rlim_max) files may be open, enough for \(connections) connections")]
    }
    return [
      DoctorFinding(
        .warning, area, "only \(limit.rlim_max) files may be open; \(connections) connections need \(needed)",
        advice: "LimitNOFILE= of the service, `ulimit -Hn`, or a lower `server.limits.connections`")
    ]
  }

  /// Of the container or service (cgroup v2) that this runs in.
  private static func memory() -> [DoctorFinding] {
    guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8),
      let limit = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return [] }
    let words = "memory is limited to \(limit / mebibyte) MiB"
    guard limit < littleMemory else { return [DoctorFinding(.ok, area, words)] }
    return [
      DoctorFinding(
        .warning, area, words,
        advice: "give it 128 MiB and more, or lower `server.limits`: bodies and calls in flight are kept in memory")
    ]
  }
}
