import Glibc

/// Prints one JSON object; exits 1 when an answer was wrong, 64 for a mistaken command line, 69 when nobody listens.
@main
enum Main {
  static func main() {
    do {
      let load = try Load(Options(Array(CommandLine.arguments.dropFirst())))
      let result = try load.run()
      print(result.json)
      exit(result.isClean ? 0 : 1)
    } catch let mistake as Options.Mistake {
      complain("bench-load: \(mistake)\n")
      exit(64)
    } catch {
      complain("bench-load: \(error)\n")
      exit(69)
    }
  }

  private static func complain(_ text: String) {
    text.withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
  }
}
