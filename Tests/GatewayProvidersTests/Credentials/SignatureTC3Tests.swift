import GatewayCore
import GatewayProviders
import Testing

@Suite("TC3-HMAC-SHA256")
struct SignatureTC3Tests {
  /// The example of Tencent Cloud's document "Signature v3", whose keys end in asterisks.
  @Test func signsThePublishedExample() {
    let signature = SignatureTC3(
      service: "cvm", host: "cvm.tencentcloudapi.com", action: "DescribeInstances", version: "2017-03-12",
      region: "ap-guangzhou", contentType: "application/json; charset=utf-8")
    let body = #"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#
    let digest = Array(body.utf8).withUnsafeBytes { SignatureV4.digest(of: $0) }
    #expect(digest == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064")
    let headers = signature.headers(
      bodyDigest: digest, secretID: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
      secretKey: Secret("Gu5t9xGARNpq86cd98joQYCN3*******"), unixTime: 1_551_113_065)
    let values = Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
    #expect(
      values["authorization"]
        == "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        + "SignedHeaders=content-type;host, "
        + "Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")
    #expect(values["x-tc-action"] == "DescribeInstances")
    #expect(values["x-tc-timestamp"] == "1551113065")
    #expect(values["x-tc-version"] == "2017-03-12")
    #expect(values["x-tc-region"] == "ap-guangzhou")
  }

  @Test func callsHunyuanWithoutARegion() {
    let headers = Self.headers(.converse(.hunyuan, isStream: false), region: nil)
    #expect(headers.map(\.name) == ["x-tc-action", "x-tc-timestamp", "x-tc-version", "authorization"])
    #expect(headers.last?.value.contains("Credential=id/2023-11-14/hunyuan/tc3_request") == true)
  }

  @Test func namesTheActionOfACall() {
    let chat = Self.headers(.converse(.hunyuan, isStream: true), region: "ap-guangzhou")
    #expect(chat.first?.value == "ChatCompletions")
    #expect(chat.last?.value == "ap-guangzhou")
    #expect(Self.headers(.embed(.hunyuan), region: nil).first?.value == "GetEmbedding")
  }

  @Test func theHostIsPartOfWhatIsSigned() {
    func signature(_ host: String) -> String? {
      Self.headers(.converse(.hunyuan, isStream: false), region: nil, host: host).last?.value
    }
    #expect(signature("a.example:8443") != signature("a.example"))
  }

  private static func headers(
    _ operation: UpstreamOperation, region: String?, host: String = "hunyuan.tencentcloudapi.com"
  ) -> [(name: String, value: String)] {
    SignatureTC3.hunyuan(operation, host: host, region: region).headers(
      bodyDigest: SignatureV4.emptyDigest, secretID: "id", secretKey: Secret("key"), unixTime: 1_700_000_000)
  }
}
