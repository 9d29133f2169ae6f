/// Texts of `sluice.yaml` for scenarios.
package enum Configuration {
  /// One model `m` that goes to the model `up` of the providers `p0`, `p1` … at `urls`, in order.
  /// - Parameters:
  ///   - model: further lines of the model, at no indentation.
  ///   - provider: further members of every provider, in flow style.
  ///   - top: further sections of the file.
  package static func text(
    to urls: [String], model: String = "retry: { attempts: 0 }", provider: String = "", top: String = ""
  ) -> String {
    var lines = ["providers:"]
    for (index, url) in urls.enumerated() {
      lines.append("  p\(index): { kind: openai-compatible, url: \(url)\(provider.isEmpty ? "" : ", ")\(provider) }")
    }
    lines += ["models:", "  m:", "    targets: [\(urls.indices.map { "p\($0)/up" }.joined(separator: ", "))]"]
    lines += model.split(separator: "\n").map { "    \($0)" }
    lines.append(top)
    return lines.joined(separator: "\n") + "\n"
  }
}
