import GatewayCore

/// `timeouts:` of providers and models.
enum TimeoutsCompiler {
  static func timeouts(_ setting: Setting?) -> Timeouts {
    var timeouts = Timeouts()
    guard let setting else { return timeouts }
    if let duration = setting["connect"]?.duration { timeouts.connect = duration }
    if let duration = setting["headers"]?.duration { timeouts.headers = duration }
    if let duration = setting["firstToken"]?.duration { timeouts.firstToken = duration }
    if let duration = setting["betweenTokens"]?.duration { timeouts.betweenTokens = duration }
    if let duration = setting["total"]?.duration { timeouts.total = duration }
    if let duration = setting["deadline"]?.duration { timeouts.deadline = duration }
    return timeouts
  }
}
