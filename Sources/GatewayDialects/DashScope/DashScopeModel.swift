/// What the name of a model at DashScope says of how it is called.
///
/// Source: "DashScope API reference" and "Deep thinking" of Alibaba Cloud Model Studio.
package enum DashScopeModel {
  private static let multimodal = ["-vl", "qvq", "-omni", "-ocr", "-audio"]

  /// Whether it is called at `multimodal-generation`, where every content is a list of parts.
  package static func isMultimodal(_ name: String) -> Bool {
    let name = name.lowercased()
    if multimodal.contains(where: name.contains) { return true }
    // From Qwen3.5 on they see images, except for the largest and those made for code.
    guard let version = version(name), version >= (3, 5) else { return false }
    return !name.contains("-max") && !name.contains("-coder")
  }

  /// Whether it refuses to answer in one piece: it does so whenever it thinks, and these think unless they are told not to.
  package static func onlyStreams(_ name: String) -> Bool {
    let name = name.lowercased()
    if name.hasPrefix("qvq") || name.hasPrefix("qwq") || name.contains("-omni") || name.contains("-thinking") {
      return true
    }
    // The open models: `qwen3-32b`.
    return name.hasPrefix("qwen3-") && name.dropFirst(6).first?.isNumber == true
  }

  /// Of `qwen3.5-plus`: 3 and 5.
  private static func version(_ name: String) -> (Int, Int)? {
    guard name.hasPrefix("qwen") else { return nil }
    let digits = name.dropFirst(4).prefix { $0.isNumber || $0 == "." }.split(separator: ".")
    guard digits.count == 2, let major = Int(digits[0]), let minor = Int(digits[1]) else { return nil }
    return (major, minor)
  }
}
