import GatewayCore

/// What the start says while there is no administrator.
struct SetUpGreeting {
  let address: String
  let token: Secret

  func write() {
    let text = token.reveal { token in
      """

      There is no administrator yet: make one at http://\(address)/, or with `sluice admin create NAME`.

        set-up token: \(token)


      """
    }
    ErrorOutput.write(text)
  }
}
