import GatewayDialects
import Testing

@Suite struct FormFieldsTests {
  private func fields(_ body: String, boundary: String) throws -> [(name: String, value: String)] {
    let bytes = Array(body.utf8)
    return try bytes.withUnsafeBytes { body in
      try Array("multipart/form-data; boundary=\(boundary)".utf8).withUnsafeBytes { type in
        try RequestLens.fields(ofForm: body, contentType: type).map {
          ($0.name, String(decoding: body[$0.value], as: UTF8.self))
        }
      }
    }
  }

  /// Boundaries that repeat themselves, and values that nearly hold them.
  @Test(arguments: ["B", "aaaa", "--", "abab", "----WebKitFormBoundary7MA4YWxk"])
  func aValueMayNearlyHoldTheBoundary(_ boundary: String) throws {
    let near = [
      "", "x", "\r\n", "\r\n--", "\r\n--" + boundary.dropLast(), "--" + boundary, "\n--" + boundary,
      "\r\r\n-" + boundary, "\r\n-\r\n--" + boundary.dropLast() + "\r",
    ]
    for value in near + near.map({ $0 + $0 + "y" }) {
      // A value that would end there is another form.
      guard !("\r\n" + value + "\r\n--").dropLast(4).contains("\r\n--" + boundary) else { continue }
      let form =
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n\(value)\r\n"
        + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=f\r\n\r\n\(value)\r\n--\(boundary)--\r\n"
      let fields = try fields(form, boundary: boundary)
      #expect(fields.map(\.name) == ["purpose", "file"], "\(value.debugDescription)")
      #expect(fields.map(\.value) == [value, value], "\(value.debugDescription)")
    }
  }
}
