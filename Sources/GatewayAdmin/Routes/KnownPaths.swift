import HTTPTypes

/// Which methods each path takes, for 405: the router tells a wrong method and an unknown path apart no more than by 404.
struct KnownPaths: Sendable {
  private struct Path: Sendable {
    let parts: [Substring]
    var methods: [HTTPRequest.Method]
  }

  private var paths: [Path] = []

  /// - Parameter routes: a part that begins with `:` or is within braces stands for any text.
  init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
    for route in routes {
      let parts = route.path.split(separator: "/").map { $0.first == ":" || $0.first == "{" ? "*" : $0 }
      let place = paths.firstIndex { $0.parts == parts }
      if let place {
        paths[place].methods.append(route.method)
      } else {
        paths.append(Path(parts: parts, methods: [route.method]))
      }
    }
    for place in paths.indices where paths[place].methods.contains(.get) { paths[place].methods.append(.head) }
    for place in paths.indices { paths[place].methods.sort { $0.rawValue < $1.rawValue } }
  }

  /// nil: there is no such path.
  func methods(of path: String) -> [HTTPRequest.Method]? {
    let parts = path.split(separator: "/")
    // A written part is closer than one that stands for any.
    return paths.filter { known in
      known.parts.count == parts.count && zip(known.parts, parts).allSatisfy { $0 == "*" || $0 == $1 }
    }.min { $0.parts.count { $0 == "*" } < $1.parts.count { $0 == "*" } }?.methods
  }
}
