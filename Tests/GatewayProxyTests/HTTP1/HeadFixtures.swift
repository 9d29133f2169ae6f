import GatewayProxy

/// What the tests look at in a request head, as text, so that heads of different buffers can be compared.
struct ReadableRequest: Equatable {
  var method = Method.get
  var methodName = ""
  var target = ""
  var path = ""
  var query = ""
  var isHTTP11 = true
  var fields: [ReadableField] = []
  var length = 0
  var framing = BodyFraming.none
  var keepsAlive = true
  var expectsContinue = false

  init(_ head: RequestHead, in bytes: UnsafeRawBufferPointer) {
    self.method = head.method
    self.methodName = text(head.methodRange, bytes)
    self.target = text(head.target, bytes)
    self.path = text(head.path, bytes)
    self.query = text(head.query, bytes)
    self.isHTTP11 = head.isHTTP11
    self.fields = head.fields.map { ReadableField($0, in: bytes) }
    self.length = head.length
    self.framing = head.framing
    self.keepsAlive = head.keepsAlive
    self.expectsContinue = head.expectsContinue
  }
}

/// What the tests look at in a response head, as text.
struct ReadableResponse: Equatable {
  var status = 200
  var reason = ""
  var isHTTP11 = true
  var fields: [ReadableField] = []
  var length = 0
  var framing = BodyFraming.none
  var keepsAlive = true

  init(_ head: ResponseHead, in bytes: UnsafeRawBufferPointer) {
    self.status = head.status
    self.reason = text(head.reason, bytes)
    self.isHTTP11 = head.isHTTP11
    self.fields = head.fields.map { ReadableField($0, in: bytes) }
    self.length = head.length
    self.framing = head.framing
    self.keepsAlive = head.keepsAlive
  }
}

struct ReadableField: Equatable {
  var name: String
  var value: String
  var known: KnownField

  init(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) {
    self.name = text(field.name, bytes)
    self.value = text(field.value, bytes)
    self.known = field.known
  }
}

func text(_ range: ByteRange, _ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: range.bytes(in: bytes), as: UTF8.self)
}

/// Copies `bytes` into memory of exactly their size, so that a read past their end is found by the sanitizers.
func withExactCopy<Result, Failure: Error>(
  _ bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
) throws(Failure) -> Result {
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { copy.deallocate() }
  copy.copyBytes(from: bytes)
  return try body(UnsafeRawBufferPointer(copy))
}

/// Parses `bytes` as a request head that arrives at once.
func parseRequest(_ bytes: some Collection<UInt8>, limit: Int = 65536) throws(HTTPFault) -> ReadableRequest? {
  var parser = RequestHeadParser(limit: limit)
  return try withExactCopy(bytes) { bytes throws(HTTPFault) in
    try parser.parse(bytes).map { ReadableRequest($0, in: bytes) }
  }
}

/// Parses `bytes` as a response head that arrives at once.
func parseResponse(
  _ bytes: some Collection<UInt8>, limit: Int = 65536, requestWasHEAD: Bool = false
) throws(HTTPFault) -> ReadableResponse? {
  var parser = ResponseHeadParser(limit: limit)
  return try withExactCopy(bytes) { bytes throws(HTTPFault) in
    try parser.parse(bytes, requestWasHEAD: requestWasHEAD).map { ReadableResponse($0, in: bytes) }
  }
}

/// The fault of a request whose head ends `text`; nil if it was accepted or is incomplete.
func requestFault(_ text: String) -> HTTPFault? {
  do throws(HTTPFault) {
    _ = try parseRequest(text.utf8)
    return nil
  } catch {
    return error
  }
}

/// The fault of a response whose head ends `text`; nil if it was accepted or is incomplete.
func responseFault(_ text: String) -> HTTPFault? {
  do throws(HTTPFault) {
    _ = try parseResponse(text.utf8)
    return nil
  } catch {
    return error
  }
}

/// A request for `/` with a Host and the field lines `lines`.
func request(_ lines: String..., version: String = "HTTP/1.1") -> String {
  "POST / \(version)\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A response with the field lines `lines`.
func response(_ lines: String..., status: String = "HTTP/1.1 200 OK") -> String {
  "\(status)\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}
