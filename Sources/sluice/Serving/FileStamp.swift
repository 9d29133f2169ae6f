import Foundation

/// What tells one state of a file from another. Links are followed, so that the swapped link of a mounted volume counts.
struct FileStamp: Equatable {
  private let modifiedSeconds: Int
  private let modifiedNanoseconds: Int
  private let size: Int64
  private let inode: UInt64

  /// `nil` when there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    modifiedSeconds = status.st_mtim.tv_sec
    modifiedNanoseconds = status.st_mtim.tv_nsec
    size = Int64(status.st_size)
    inode = UInt64(status.st_ino)
  }
}
