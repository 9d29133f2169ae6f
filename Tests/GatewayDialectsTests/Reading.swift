import Foundation
import GatewayCore
import GatewayDialects

/// Lends the UTF-8 of `text` to `body`.
func reading<R, E: Error>(_ text: String, _ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
  try reading(Array(text.utf8), body)
}

/// Lends a copy of `bytes` that ends where its memory ends, so that a read past the end is likely to be noticed.
func reading<R, E: Error>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { copy.deallocate() }
  copy.copyBytes(from: bytes)
  return try body(UnsafeRawBufferPointer(copy))
}

/// A file of `Tests/Fixtures`.
func fixture(_ path: String) throws -> String {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try String(contentsOf: folder.appendingPathComponent("Fixtures/\(path)"), encoding: .utf8)
}

func lens(_ body: String) throws(RequestFault) -> RequestLens {
  try reading(body) { bytes throws(RequestFault) in try RequestLens.scan(bytes) }
}

func chunk(_ payload: String) throws(JSONFault) -> ChunkLens {
  try reading(payload) { bytes throws(JSONFault) in try ChunkLens.scan(bytes) }
}

func answer(_ body: String) throws(JSONFault) -> AnswerLens {
  try reading(body) { bytes throws(JSONFault) in try AnswerLens.scan(bytes) }
}

/// The fault that a document has; nil when it is valid.
func fault(_ document: [UInt8], loneSurrogates: JSONCursor.LoneSurrogates = .refused) -> JSONFault? {
  do throws(JSONFault) {
    try reading(document) { bytes throws(JSONFault) in
      var cursor = JSONCursor(bytes, loneSurrogates: loneSurrogates)
      try cursor.skipValue()
      try cursor.finish()
    }
    return nil
  } catch {
    return error
  }
}

func fault(_ document: String) -> JSONFault? { fault(Array(document.utf8)) }
