import Testing

@testable import GatewayProxy

@Suite struct ObjectMentionTests {
  private func isIn(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { ObjectMention.isIn($0) } }

  @Test(arguments: [
    #"{"file_id":"x"}"#, #"{"file_ids":[]}"#, #"{"previous_response_id":"x"}"#, #"{"vector_store_ids":[]}"#,
    #"{"f\u0069le_\u0069d":""}"#, #"{"file\u005Fid":""}"#, "file_id",
  ])
  func whatMayNameAnObjectIsSeen(_ text: String) {
    #expect(isIn(text))
  }

  @Test(arguments: [
    "", "_", "_id", "profile_i", #"{"tool_call_id":"x","a":"\n\u00e9\\","b":"file-id"}"#, "\\u00", "\\", "file_",
  ])
  func otherBodiesArePassedBy(_ text: String) {
    #expect(!isIn(text))
  }
}
