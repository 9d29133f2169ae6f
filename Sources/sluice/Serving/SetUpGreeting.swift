import GatewayCore

/// What the start says while there is no administrator.
struct SetUpGreeting {
  /// Where the console is, without a `/` at its end.
  let url: String
  let token: Secret

  func write() {
    let text = token.reveal { token in
      """

      There is no administrator yet: make one at \(url)/, or with `sluice admin create NAME`.

        set-up token: \(token)


      """
    }
    ErrorOutput.write(text)
  }
}
