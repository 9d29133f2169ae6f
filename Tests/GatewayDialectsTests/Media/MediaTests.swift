import Foundation
import GatewayCore
import Testing

@testable import GatewayDialects

@Suite struct MediaTests {
  @Test func base64OfPiecesIsThatOfTheWhole() {
    for length in [0, 1, 2, 3, 4, 5, 6, 7, 100, 1000, 1001, 1002] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) }
      for step in [1, 2, 3, 4, 5, 7, 64, 2000] {
        var stream = Base64Stream()
        for start in stride(from: 0, to: length, by: step) {
          bytes[start..<min(start + step, length)].withUnsafeBytes { stream.append($0) }
        }
        #expect(stream.count == length)
        #expect(stream.finish().string == Data(bytes).base64EncodedString())
      }
    }
  }

  @Test(
    arguments: [
      ("image/png", "", MediaKind.image, "image/png"),
      ("Image/PNG; q=1", "", .image, "image/png"),
      ("image/jpeg", "GIF89a", .image, "image/gif"),
      ("image/svg+xml", "<svg", .image, "image/svg+xml"),
      ("text/html", "GIF89a", .image, nil),
      ("application/octet-stream", "GIF87a", .image, "image/gif"),
      ("binary/octet-stream", "RIFFxxxxWEBPVP8 ", .image, "image/webp"),
      ("", "GIF89a", .image, "image/gif"),
      (nil, "%PDF-1.4", .image, nil),
      (nil, "%PDF-1.4", .file, "application/pdf"),
      (nil, "what", .image, nil),
      ("application/pdf", "x", .file, "application/pdf"),
      ("text/html", "%PDF-", .file, nil),
      ("text/csv", "a,b", .file, "text/csv"),
      ("image/png", "", .file, nil),
      ("audio/mpeg", "ID3", .audio, "audio/mpeg"),
      (nil, "RIFFxxxxWAVE", .audio, "audio/wav"),
      ("video/mp4", "", .video, "video/mp4"),
      (nil, "xxxxftypisom", .video, "video/mp4"),
      (nil, "xxxxftypM4A ", .audio, "audio/m4a"),
      (#"image/p"ng"#, "", .image, nil),
    ] as [(String?, String, MediaKind, String?)])
  func theTypeIsThatOfTheKind(declared: String?, start: String, kind: MediaKind, expected: String?) {
    #expect(MediaTypes.type(declared: declared, start: Array(start.utf8), kind: kind) == expected)
    if expected != nil { #expect(!MediaTypes.isRefused(declared: declared, kind: kind)) }
  }

  @Test func signaturesOfBytesThatAreNoText() {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    #expect(MediaTypes.type(declared: nil, start: png, kind: .image) == "image/png")
    #expect(MediaTypes.type(declared: nil, start: [0xFF, 0xD8, 0xFF, 0xE0], kind: .image) == "image/jpeg")
  }

  private static func request(_ content: String) throws -> CanonicalRequest {
    let body = #"{"messages":[{"role":"user","content":[\#(content)]}]}"#
    return try Dialect.openAIChat.readRequest(JSONDocument(Array(body.utf8)).root)
  }

  @Test func urlsOfAKindAreFoundOnceAndReplaced() throws {
    let image = #"{"type":"image_url","image_url":{"url":"https:\/\/h/a"}}"#
    let other = #"{"type":"image_url","image_url":{"url":"s3://bucket/a"}}"#
    let data = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#
    let video = #"{"type":"video_url","video_url":{"url":"HTTP://h/v"}}"#
    var request = try Self.request([image, other, data, video, image].joined(separator: ","))
    #expect(request.mediaURLs([.image]).map(\.url.string) == ["https://h/a"])
    #expect(request.mediaURLs([.image, .video]).map(\.kind) == [.image, .video])
    #expect(request.mediaURLs([]).isEmpty)
    request.replaceMediaURLs { $0.kind == .image ? FetchedMedia(data: "R0lG", mediaType: "image/gif") : nil }
    let sources = request.messages[0].parts.map { part -> MediaPart.Source? in
      switch part.content {
      case .image(let media), .video(let media): media.source
      default: nil
      }
    }
    #expect(
      sources == [.base64("R0lG"), .url("s3://bucket/a"), .base64("AAAA"), .url("HTTP://h/v"), .base64("R0lG")])
  }

  @Test func urlsInTheResultsOfToolsAreFoundToo() throws {
    let body = #"""
      {"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},\#
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[\#
      {"type":"image","source":{"type":"url","url":"https://h/a"}}]}]}],"max_tokens":1}
      """#
    var request = try Dialect.anthropic.readRequest(JSONDocument(Array(body.utf8)).root)
    #expect(request.mediaURLs([.image]).count == 1)
    request.replaceMediaURLs { _ in FetchedMedia(data: "AAAA", mediaType: "image/png") }
    #expect(request.mediaURLs([.image]).isEmpty)
  }

  @Test func aURLIsFoundInTheCallersBody() throws {
    let body = #"{"a":[{"b":"x"},{"b":{"c":"https:\/\/h/a"}}]}"#
    let root = try JSONDocument(Array(body.utf8)).root
    #expect(root.find("https://h/a")?.path == "a[1].b.c")
    #expect(root.find("https://h/b") == nil)
  }

  @Test func editsLeaveTheRestOfABodyAsItIs() throws {
    let body = #"""
      {"messages": [{"role":"user","content":"https://h/a"}, {"content":[{"image_url":"https://h/a"},\#
      {"image_url":{"url":"https://h/b"}},{"image_url":{"url" : "https://h/a"}}]}], "n":1}
      """#
    let document = try JSONDocument(Array(body.utf8))
    let edits = Dialect.openAIChat.mediaEdits(document.root) { reference in
      reference.url == "https://h/a" ? FetchedMedia(data: "AAAA", mediaType: "image/png") : nil
    }
    let written = Self.apply(try #require(edits), to: body)
    #expect(
      written == #"""
        {"messages": [{"role":"user","content":"https://h/a"}, {"content":[{"image_url":"data:image/png;base64,AAAA"},\#
        {"image_url":{"url":"https://h/b"}},{"image_url":{"url" : "data:image/png;base64,AAAA"}}]}], "n":1}
        """#)
  }

  @Test func sourcesOfMessagesAreEditedAlsoWithinResults() throws {
    let body = #"""
      {"messages":[{"content":[{"type":"image","source" : {"url":"https://h/a","type":"url"},"zap":1}]},\#
      {"content":[{"type":"tool_result","content":[{"type":"document","source":{"type":"url","url":"https://h/p"}}]},\#
      {"type":"document","source":{"type":"url","url":"https://h/t"}}]}]}
      """#
    let edits = Dialect.anthropic.mediaEdits(try JSONDocument(Array(body.utf8)).root) { reference in
      switch reference {
      case MediaReference(url: "https://h/a", kind: .image): FetchedMedia(data: "AAAA", mediaType: "image/png")
      case MediaReference(url: "https://h/p", kind: .file): FetchedMedia(data: "BBBB", mediaType: "application/pdf")
      default: FetchedMedia(data: "CCCC", mediaType: "text/csv")
      }
    }
    let written = Self.apply(try #require(edits), to: body)
    #expect(
      written == #"""
        {"messages":[{"content":[{"type":"image","source" : {"type":"base64","media_type":"image/png","data":"AAAA"},\#
        "zap":1}]},{"content":[{"type":"tool_result","content":[{"type":"document","source":{"type":"base64",\#
        "media_type":"application/pdf","data":"BBBB"}}]},\#
        {"type":"document","source":{"type":"url","url":"https://h/t"}}]}]}
        """#)
    #expect(Dialect.gemini.mediaEdits(try JSONDocument(Array(body.utf8)).root) { _ in nil } == nil)
  }

  private static func apply(_ edits: [BodyEdit], to body: String) -> String {
    Array(body.utf8).withUnsafeBytes { String(decoding: BodyEdit.apply(edits, to: $0), as: UTF8.self) }
  }
}
