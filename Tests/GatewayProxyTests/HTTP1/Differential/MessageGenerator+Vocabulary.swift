extension MessageGenerator {
  static let methods = ["GET", "POST", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "M-SEARCH", "get", "FOO"]
  static let targets = [
    "/", "/v1/chat/completions", "/a?b=c&d", "/%00?%zz", "http://host/a", "https://h:80?x", "*", "/a;b,c@d:e!$'()+=~",
    "/\"<>\\^`{|}", "/a#b", "a", "http://", "ftp://a/", "host:443", "/\u{e9}", "http://u:p@h/", "//", "/?", "http:///",
  ]
  static let hosts = ["a", "example.com", "127.0.0.1:8080", "[::1]:80", "", "a b", "u@h", "a:b", "a/b"]
  static let statuses = [
    "200", "200", "200", "404", "503", "100", "103", "101", "204", "304", "99", "600", "1000", "2x0",
  ]
  static let names = [
    "X-Name", "Accept", "Authorization", "Connection", "Expect", "Content-Length", "Transfer-Encoding", "Host",
    "Keep-Alive", "Proxy-Connection", "Upgrade", "TE", "Trailer", "Content-Type", "Contents-Length",
    "Transfer-Encodings", "Connections", "Content-Lengt", "a", "!#$%&'*+-.^_`|~",
  ]
  static let values = [
    "a", "", "close", "keep-alive", "Close", "close, x", "x,keep-alive", "keep-alive, close", "closed", "upgrade",
    "100-continue", "chunked", "Chunked", "gzip, chunked", "chunked, gzip", "identity", "chunked,", "chunked;a", "5",
    "0", "1", "5, 5", "+5", "-1", "5 5", "0x5", "99999999999999999999", "18446744073709551616", "\u{e9}", "a\tb",
    "\"a\"",
    "websocket", "h2c", "a long value with words, and more of them; q=0.5", "a:b", "trailers",
  ]
  static let oddFields = [
    " folded", "\tfolded", "Name", ": value", "Name : value", "Name\t: value", "N me: a", "N\u{0}: a", "N: \u{0}",
    "N: \u{7f}",
    "N: \u{1}", "N: a\rb", "N: a\r", "N: a\nM: b", "N\u{e9}: a", "(N): a", "N:a\u{b}", "Connection: close\u{b}",
    "Transfer-Encoding: \u{b}chunked", "Transfer-Encoding : chunked", "Content-Length: 5\u{b}", "Content-Length : 5",
    "Host:", "", "Content-Length: ", "Transfer-Encoding:", "Connection:", "Connection: ,,close", "Connection: close ,",
  ]
  static let oddRequestLines = [
    "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET\t/ HTTP/1.1", "GET / ", "GET /",
    "GET", "", "GET / HTTP/1.1\u{0}", "GET / HTTP /1.1", "G@T / HTTP/1.1", "PRI * HTTP/2.0", "CONNECT a:443 HTTP/1.1",
    "GET * HTTP/1.1", "SOURCE / ICE/1.0", "DESCRIBE / RTSP/1.0", "GET / HTTP/1.1\r", "GET / HTTP/1.1\rX: y",
    "OPTIONS /* HTTP/1.1", "GET /a b HTTP/1.1", "HTTP/1.1 200 OK",
  ]
  static let oddStatusLines = [
    "HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1 200  OK", " HTTP/1.1 200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK",
    "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 200OK", "HTTP/1.1 ", "HTTP/1.1", "", "HTTP/1.1 200 \u{0}",
    "HTTP/1.1 200 a\rb", "ICY 200 OK", "HTTP /1.1 200 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 000 OK", "HTTP/1.1 099 OK",
    "HTTP/1.1 200 \u{1}", "HTTP/1.1 200 \u{7f}", "GET / HTTP/1.1",
  ]
  static let chunkExtensions = [
    ";a", ";a=b", ";a=\"b\"", ";a;b", ";", "; a", ";a =b", ";a= b", " ", "\t", " ;a", ";a=\"b\\\"c\"", ";a=\"b",
    ";a\u{1}",
    ";a=", ";=b", ";a=\"\u{e9}\"", ";a=\u{e9}", ";a=\"\u{0}\"", ";a=\"b\"c", ";a=\"\\\t\"", ";a=\"\t\"", ";a=\"b\";c",
    ";;a",
  ]
  static let spices: [UInt8] = [
    0x00, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x22, 0x2C, 0x30, 0x31, 0x3A, 0x3B, 0x5C, 0x7F, 0x80, 0x85, 0xA0, 0xFF,
  ]
}
