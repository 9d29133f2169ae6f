import GatewayCore
import GatewayDialects
import Testing

/// Ids of objects that a provider keeps, with and without proofs.
@Suite struct ObjectIDsTests {
  private let plain = ObjectMark(isOwner: { ["a", "b.c"].contains($0) })
  private let proven = ObjectMark(isOwner: { ["a", "b.c"].contains($0) }) { id, owner in
    let letter = UInt8(ascii: "a") + (id + owner).utf8.reduce(0) { ($0 &* 3 &+ $1) % 26 }
    return String(repeating: Character(UnicodeScalar(letter)), count: 16)
  }

  private func root(_ text: String) throws -> JSONNode { try JSONDocument(Array(text.utf8)).root }

  private func apply(_ edits: [BodyEdit], to text: String) -> String {
    String(decoding: Array(text.utf8).withUnsafeBytes { BodyEdit.apply(edits, to: $0) }, as: UTF8.self)
  }

  @Test(arguments: [
    ("file-1~a", "file-1", "a"), ("x~y~b.c", "x~y", "b.c"), ("x~abcdefghijklmnop~a", "x", "a"),
    ("x~abcdefghijklmno1~a", "x~abcdefghijklmno1", "a"), ("~abcdefghijklmnop~a", "~abcdefghijklmnop", "a"),
  ])
  func anIdNamesItsProvider(_ text: String, _ id: String, _ owner: String) throws {
    let name = try #require(plain.read(text))
    #expect(name.id == id && name.owner == owner && name.isProven)
  }

  @Test(arguments: ["file-1", "file-1~c", "~a", "file-1~", ""])
  func otherIdsNameNone(_ text: String) {
    #expect(plain.read(text) == nil)
  }

  @Test(arguments: ["file-1", "x~y", "~", "é~a"])
  func whatIsMarkedIsReadAgain(_ id: String) throws {
    for mark in [plain, proven] {
      for owner in ["a", "b.c"] {
        let name = try #require(mark.read(id + mark.suffix(of: id, owner: owner)))
        #expect(name == ObjectMark.Name(id: id, owner: owner, isProven: true))
      }
    }
  }

  @Test(arguments: ["file-1~a", "file-1~aaaaaaaaaaaaaaaa~a", "file-2~TAG~a", "file-1~TAG~b.c", "file-1~TAGG~a"])
  func anotherTagProvesNothing(_ text: String) throws {
    let tag = proven.suffix(of: "file-1", owner: "a").split(separator: "~")[0]
    #expect(try #require(proven.read("file-1~\(tag)~a")).isProven)
    #expect(try !#require(proven.read(text.replacing("TAG", with: tag))).isProven)
  }

  @Test func idsOfARequestLoseTheirProvider() throws {
    let text = #"{"input_file_id":"f~a","x":{"file_ids":["g~a",1,"h"]},"metadata":{"file_id":"f~a"},"id":"i~a"}"#
    let stripped = try ObjectIDs.strip(root(text), plain)
    #expect(stripped.owner == "a" && stripped.foreign == nil && stripped.unmarked == nil)
    #expect(
      apply(stripped.edits, to: text)
        == #"{"input_file_id":"f","x":{"file_ids":["g",1,"h"]},"metadata":{"file_id":"f~a"},"id":"i~a"}"#)
  }

  @Test func theFirstIdThatIsNotProvenIsTold() throws {
    let text =
      #"{"id":"x","video":{"id":"v"},"files":[{"file_id":"f~a"}],"messages":[{"type":"tool_use","input":{"file_id":"1"}}]}"#
    let stripped = try ObjectIDs.strip(root(text), proven)
    #expect(stripped.unmarked == "video.id" && stripped.foreign == "files[0].file_id")
    let call = try ObjectIDs.strip(root(#"{"job_id":"7","messages":[{"file_id":"f"}]}"#), proven, isModelCall: true)
    #expect(call.unmarked == "messages[0].file_id")
  }

  @Test func objectsOfTwoProvidersDoNotMix() throws {
    let node = try root(#"{"file_ids":["f~a","g~b.c"]}"#)
    #expect(throws: DialectFault.self) { _ = try ObjectIDs.strip(node, plain) }
  }

  @Test func idsOfAnAnswerAreMarked() throws {
    let text =
      #"{"id":"batch_1","metadata":{"id":"mine","job_id":"x"},"output_file_id":null,"file_ids":["f"],"n":{"id":"i"}}"#
    #expect(
      apply(ObjectIDs.mark(try root(text), of: .batches, owner: "a", plain), to: text)
        == #"{"id":"batch_1~a","metadata":{"id":"mine","job_id":"x"},"output_file_id":null,"file_ids":["f~a"],"n":{"id":"i~a"}}"#
    )
  }

  @Test func itemsOfAResponseKeepTheirIds() throws {
    let text = #"{"id":"resp_1","previous_response_id":"resp_0","output":[{"id":"msg_1"}]}"#
    #expect(
      apply(ObjectIDs.mark(try root(text), of: .storedResponses, owner: "a", plain), to: text)
        == #"{"id":"resp_1~a","previous_response_id":"resp_0~a","output":[{"id":"msg_1"}]}"#)
  }

  @Test(arguments: [
    (#"{"object":"file","id":"f","purpose":"batch"}"#, [ObjectIDs.Kept(kind: .files, id: "f", purpose: "batch")]),
    (
      #"{"object":"batch","id":"b","output_file_id":"o","error_file_id":null}"#,
      [ObjectIDs.Kept(kind: .batches, id: "b"), ObjectIDs.Kept(kind: .files, id: "o", purpose: "batch_output")]
    ),
    (
      #"{"object":"fine_tuning.job","id":"j","result_files":["r"]}"#,
      [ObjectIDs.Kept(kind: .fineTuning, id: "j"), ObjectIDs.Kept(kind: .files, id: "r", purpose: "fine-tune-results")]
    ),
    (
      #"{"object":"upload","id":"u","file":{"id":"f","purpose":"p"}}"#,
      [ObjectIDs.Kept(kind: .files, id: "f", purpose: "p")]
    ),
    (#"{"object":"vector_store.file","id":"f"}"#, []), (#"[]"#, []),
  ])
  func anAnswerShowsWhatListsHave(_ text: String, _ kept: [ObjectIDs.Kept]) throws {
    #expect(ObjectIDs.kept(try root(text)) == kept)
  }
}
