import BenchSupport
import Glibc

/// `bench-upstream PORT`: serves until it is ended by a signal.
@main
enum Main {
  static func main() throws {
    guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
      print("usage: bench-upstream PORT")
      exit(64)
    }
    try Upstream(port: port).run()
  }
}
