import Foundation
import GatewayCore
import GatewayStorage
import Logging
import ServiceLifecycle

/// Looks a few times a second whether the file or the keys of the database have changed. Polling sees every way in which
/// files are replaced: editors, links of a mounted volume, network disks.
struct ConfigurationWatcher: Service {
  private static let interval: Duration = .milliseconds(250)

  /// What tells one state of a file from another.
  private struct Stamp: Equatable {
    let modified: timespec
    let size: Int64
    let inode: UInt64

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      modified = status.st_mtim
      size = Int64(status.st_size)
      inode = UInt64(status.st_ino)
    }

    static func == (a: Stamp, b: Stamp) -> Bool {
      a.modified.tv_sec == b.modified.tv_sec && a.modified.tv_nsec == b.modified.tv_nsec && a.size == b.size
        && a.inode == b.inode
    }
  }

  let source: ConfigurationSource
  let store: SQLiteStore
  let controller: ConfigurationController
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func watch() async {
    var stamp = source.file.flatMap(Stamp.init)
    var keys = try? await store.version()
    while (try? await Task.sleep(for: Self.interval)) != nil {
      let newStamp = source.file.flatMap(Stamp.init)
      if newStamp != stamp {
        stamp = newStamp
        // Between the two writes of an editor a file may be missing for a moment; it is looked at again when it is back.
        if newStamp != nil { _ = await controller.reload(because: "the file changed") }
      }
      let newKeys = try? await store.version()
      if newKeys != keys, newKeys != nil {
        keys = newKeys
        _ = await controller.reload(because: "keys were issued or revoked")
      }
    }
  }
}
