import GatewayCore

/// `server.tls` and `server.admin.tls`.
struct ListenerTLSCompiler {
  let compilation: Compilation
  private var log: ProblemLog { compilation.log }

  init(_ compilation: Compilation) { self.compilation = compilation }

  func tls(_ setting: Setting) -> ListenerTLS? {
    let references = SecretReference(compilation)
    if let mode = setting["clientCertificates"], setting["clientCA"] == nil {
      log.error(
        "'clientCertificates' has no effect: no authority of clients is named", atKeyOf: mode,
        advice: "add 'clientCA', or remove it")
    }
    let certificate = setting["certificate"].flatMap(references.content)
    let key = setting["key"].flatMap(references.content)
    let clientCA = setting["clientCA"].flatMap(references.content)
    // What could not be read has been told.
    guard let certificate, let key, clientCA != nil || setting["clientCA"] == nil else { return nil }
    let tls = ListenerTLS(
      certificate: certificate, key: Secret(key), clientCA: clientCA,
      clientCertificates: setting["clientCertificates"]?.text.flatMap(ListenerTLS.ClientCertificates.init(rawValue:))
        ?? .required)
    for fault in compilation.context.faultsOfTLS(tls, compilation.context.createdAt) {
      guard let place = setting[fault.part.rawValue] else { continue }
      let message = "'\(place.text ?? "")': \(fault.message)"
      if fault.isWarning { log.warning(message, at: place) } else { log.error(message, at: place) }
    }
    return tls
  }
}
