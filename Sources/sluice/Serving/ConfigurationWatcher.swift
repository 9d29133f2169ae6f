import Foundation
import ServiceLifecycle

/// Looks a few times a second whether the file, or keys and secrets of the database, have changed. Polling sees every way in which
/// files are replaced: editors, links of a mounted volume, network disks.
struct ConfigurationWatcher: Service {
  private static let interval: Duration = .milliseconds(250)

  let source: ConfigurationSource
  /// Of the file that the running configuration was made of.
  let stamp: FileStamp?
  let controller: ConfigurationController

  func run() async throws {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func watch() async {
    var known = stamp
    var last = stamp
    var changed: [String: FileStamp] = [:]
    while (try? await Task.sleep(for: Self.interval)) != nil {
      let now = source.file.flatMap(FileStamp.init)
      // A file is read when it has been the same twice: it may be half written, or missing between the two steps in which
      // editors replace it.
      if now != known, now == last, now != nil {
        known = now
        _ = await controller.reload(because: "the file changed")
      }
      last = now
      // A certificate and its key are replaced one after the other: they, too, are read when they have been the same twice.
      let nowChanged = source.changedFiles()
      if !nowChanged.isEmpty, nowChanged == changed {
        _ = await controller.reload(because: "a certificate or key changed")
      }
      changed = nowChanged
      await controller.followStore()
    }
  }
}
