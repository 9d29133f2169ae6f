import GatewayCore

/// `media:`.
struct MediaCompiler {
  let log: ProblemLog

  func settings(_ setting: Setting?) -> MediaSettings {
    var media = MediaSettings()
    guard let setting else { return media }
    media.fetches = setting["fetch"]?.flag ?? media.fetches
    media.maximum = setting["maximum"]?.integer ?? media.maximum
    setting.set("timeout", &media.timeout)
    media.hosts = (setting["hosts"]?.items ?? []).compactMap(host)
    return media
  }

  private func host(_ setting: Setting) -> MediaSettings.Host? {
    guard let text = setting.text else { return nil }
    let advice = "write host or host:port, such as images.internal:8443"
    guard !text.contains("/") else {
      log.error("'\(text)' is a URL or a path, not a host", at: setting, advice: advice)
      return nil
    }
    guard let (name, digits) = HostText.split(text), HostText.isHost(name) else {
      log.error("'\(text)' is not a host", at: setting, advice: advice)
      return nil
    }
    let port = digits.flatMap(HostText.port)
    if let digits, (port ?? 0) == 0 {
      log.error("'\(digits)' is not a port", at: setting, advice: "ports are numbers up to 65535")
      return nil
    }
    return MediaSettings.Host(name: name.lowercased(), port: port)
  }
}
