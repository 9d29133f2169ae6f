/// Google's API takes the names of members in camel case and in snake case.
extension JSONNode {
  func either(_ camel: StaticString, _ snake: StaticString) -> JSONNode? { self[camel] ?? self[snake] }
}
