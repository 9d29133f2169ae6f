import CConsole
import Crypto
import GatewayCore
import HTTPTypes
import Hummingbird

/// The console: its files, which are part of the program. They say nothing of the installation, and so are open; what they show comes
/// from the API.
struct ConsoleRoutes {
  struct File: Sendable {
    /// Below the root: `app/main.js`.
    let path: String
    let bytes: ByteBuffer
    let type: String
    let tag: String
  }

  static let files: [File] = (0..<sluice_console_file_count).map { index in
    let file = sluice_console_file_at(index)
    let bytes = UnsafeBufferPointer(start: file.bytes, count: file.count)
    let path = String(cString: file.path)
    let digest = SHA256.hash(data: bytes).withUnsafeBytes { KeyDigest(sha256: $0).hexadecimal }
    return File(path: path, bytes: ByteBuffer(bytes: bytes), type: type(of: path), tag: "\"\(digest.prefix(24))\"")
  }

  static var paths: [String] { files.map(path(of:)) }

  func add(to router: Router<AdminContext>) {
    for file in Self.files {
      router.get(RouterPath(Self.path(of: file))) { request, _ in Self.answer(file, request) }
    }
  }

  private static func path(of file: File) -> String { file.path == "index.html" ? "/" : "/\(file.path)" }

  /// Browsers ask each time whether a file is still the same, so that a newer program is seen at once.
  private static func answer(_ file: File, _ request: Request) -> Response {
    let headers: HTTPFields = [.eTag: file.tag, .cacheControl: "no-cache", .contentType: file.type]
    let known = request.headers[values: .ifNoneMatch].contains { $0.contains(file.tag) }
    if known { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
  }

  private static func type(of path: String) -> String {
    switch path.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }
}
