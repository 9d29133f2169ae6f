import GatewayCore
import GatewayPolicies
import Testing

/// Which calls have the same answer, and which may be answered by an earlier one at all.
@Suite struct RecallKeyTests {
  private static func provider(_ host: String = "h") -> Provider {
    Provider(
      name: "p", kind: "openai", endpoint: Provider.Endpoint(isTLS: false, host: host, port: 1, basePath: ""))
  }

  private static func route(
    _ model: String = "up", host: String = "h", parameters: ParameterPolicy = ParameterPolicy(),
    retry: RetryPolicy = RetryPolicy(), weight: Int = 1
  ) -> ModelRoute {
    let target = Target(
      provider: provider(host), upstreamModel: model, type: .chat, health: UnwatchedHealth.shared)
    return ModelRoute(
      name: "m", type: .chat, arms: [.init(weight: weight, version: nil, steps: [.target(target)])],
      policy: RoutePolicy(retry: retry, parameters: parameters))
  }

  private static func key(
    _ body: String, caller: Caller = Caller(consumer: Consumer(name: "app", models: nil)), route: ModelRoute = route(),
    model: String = "m", surface: Surface = .chatCompletions, isStream: Bool = false,
    scope: CacheSettings.Scope = .consumer, target: String = "p/up", fields: [String] = []
  ) -> AnswerKey? {
    let call = Recall.Call(
      caller: caller, route: route, definition: RouteDefinition.text(route), model: model, surface: surface,
      isStream: isStream, target: target, fields: fields)
    return Array(body.utf8).withUnsafeBytes { Recall.key(for: call, body: $0, scope: scope) }
  }

  private static let plain = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

  @Test(arguments: [
    #"{"messages":[{"content":"hi","role":"user"}],"model":"m"}"#,
    "{ \"model\" : \"m\",\n\t\"messages\" : [ { \"role\":\"user\", \"content\":\"hi\" } ] }",
    #"{"model":"m","messages":[{"role":"user","content":"\u0068i"}]}"#,
    #"{"\u006dodel":"m","messages":[{"role":"user","content":"hi"}]}"#,
  ])
  func theSameRequestInOtherWritingHasTheSameKey(body: String) {
    #expect(Self.key(body) == Self.key(Self.plain))
  }

  @Test(arguments: [
    #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#,
    #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0}"#,
    #"{"model":"m","messages":[{"role":"user","content":"hi"}],"user":"ann"}"#,
    #"{"model":"m","messages":[{"role":"user","content":"hi"}],"stop":null}"#,
  ])
  func anotherRequestHasAnotherKey(body: String) {
    #expect(Self.key(body) != nil)
    #expect(Self.key(body) != Self.key(Self.plain))
  }

  @Test func streamsSurfacesAndNamesHaveKeysOfTheirOwn() {
    let keys = [
      Self.key(Self.plain), Self.key(Self.plain, isStream: true), Self.key(Self.plain, model: "m2"),
      Self.key(Self.plain, surface: .messages),
    ]
    #expect(Set(keys.compactMap { $0 }).count == 4)
  }

  @Test func versionsOfASplitAndHeadersThatGoToTheProviderTellAnswersApart() {
    let keys = [
      Self.key(Self.plain), Self.key(Self.plain, target: "p/canary"), Self.key(Self.plain, fields: ["a: 1"]),
      Self.key(Self.plain, fields: ["a: 1", "b: 2"]),
    ]
    #expect(Set(keys.compactMap { $0 }).count == 4)
  }

  @Test func anEditedModelHasOtherKeysAndOneThatOnlyRetriesOtherwiseHasNot() {
    let key = Self.key(Self.plain)
    var retry = RetryPolicy()
    retry.attempts = 5
    #expect(Self.key(Self.plain, route: Self.route(retry: retry)) == key)
    let parameters = ParameterPolicy(defaults: [("temperature", .init("0"))])
    for other in [
      Self.route("other"), Self.route(host: "elsewhere"), Self.route(weight: 2), Self.route(parameters: parameters),
    ] {
      #expect(Self.key(Self.plain, route: other) != key)
    }
  }

  @Test func onlyCallersOfTheScopeShareAnswers() {
    let organisation = Organisation(name: "acme")
    let (red, blue) = (Team(name: "red", organisation: organisation), Team(name: "blue", organisation: organisation))
    func caller(_ name: String, _ team: Team?) -> Caller {
      Caller(consumer: Consumer(name: name, models: nil, team: team))
    }
    let callers = [
      caller("a", red), caller("b", red), caller("c", blue), caller("d", nil), caller("e", nil),
    ]
    func groups(_ scope: CacheSettings.Scope) -> Int {
      Set(callers.compactMap { Self.key(Self.plain, caller: $0, scope: scope) }).count
    }
    #expect(groups(.consumer) == 5)
    #expect(groups(.team) == 4)
    #expect(groups(.organisation) == 3)
    #expect(groups(.everyone) == 1)
    let claimed = ["red", "blue"].map { name in
      Caller(
        consumer: Consumer(name: "sso", models: nil), claims: CallerClaims(team: name == "red" ? red : blue))
    }
    #expect(Self.key(Self.plain, caller: claimed[0]) != Self.key(Self.plain, caller: claimed[1]))
  }

  @Test(arguments: [
    (Surface.chatCompletions, #"{"model":"m","messages":[],"tools":[{"type":"web_search"}]}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"web_search_options":{}}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"enable_search":true}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"store":true}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"modalities":["text","audio"]}"#),
    (
      .chatCompletions,
      #"{"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}"#
    ),
    (.chatCompletions, #"{"model":"m","messages":[],"conversation_id":"c"}"#),
    (.responses, #"{"model":"m","input":"hi"}"#),
    (.responses, #"{"model":"m","input":"hi","store":true}"#),
    (.responses, #"{"model":"m","input":"hi","store":false,"previous_response_id":"r"}"#),
    (.responses, #"{"model":"m","input":"hi","store":false,"background":true}"#),
    (.responses, #"{"model":"m","input":"hi","store":false,"prompt":{"id":"p"}}"#),
    (.responses, #"{"model":"m","input":[{"type":"item_reference","id":"i"}],"store":false}"#),
    (.responses, #"{"model":"m","input":"hi","store":false,"tools":[{"type":"file_search"}]}"#),
    (.messages, #"{"model":"m","messages":[],"tools":[{"type":"web_search_20250305","name":"web_search"}]}"#),
    (.messages, #"{"model":"m","messages":[],"mcp_servers":[{"url":"x"}]}"#),
    (.generateContent, #"{"contents":[],"tools":[{"googleSearch":{}}]}"#),
    (.generateContent, #"{"contents":[],"cachedContent":"cachedContents/1"}"#),
    (.converse, #"{"messages":[],"toolConfig":{"tools":[{"systemTool":{"name":"x"}}]}}"#),
    (.dashScopeGeneration, #"{"model":"m","input":{},"parameters":{"enable_search":true}}"#),
    (.imageGenerations, #"{"model":"m","prompt":"x"}"#),
    (.speech, #"{"model":"m","input":"x"}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"x":1,"x":2}"#),
  ])
  func whatDependsOnMoreThanTheRequestHasNone(surface: Surface, body: String) {
    #expect(Self.key(body, surface: surface) == nil)
  }

  @Test(arguments: [
    (Surface.chatCompletions, #"{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"f"}}]}"#),
    (.chatCompletions, #"{"model":"m","messages":[],"store":false,"enable_search":false}"#),
    (.responses, #"{"model":"m","input":"hi","store":false,"previous_response_id":null}"#),
    (.messages, #"{"model":"m","messages":[],"tools":[{"name":"f","input_schema":{}},{"type":"custom","name":"g"}]}"#),
    (.generateContent, #"{"contents":[],"tools":[{"functionDeclarations":[]}]}"#),
    (.converse, #"{"messages":[],"toolConfig":{"tools":[{"toolSpec":{"name":"x"}}]}}"#),
    (.embeddings, #"{"model":"m","input":"x"}"#), (.rerank, #"{"model":"m","query":"q","documents":["d"]}"#),
    (.moderations, #"{"model":"m","input":"x"}"#), (.completions, #"{"model":"m","prompt":"x"}"#),
  ])
  func whatDependsOnTheRequestAloneHasOne(surface: Surface, body: String) {
    #expect(Self.key(body, surface: surface) != nil)
  }

  @Test func aVeryLargeRequestHasNone() {
    func body(_ count: Int) -> String { #"{"model":"m","input":""# + String(repeating: "x", count: count) + #""}"# }
    #expect(Self.key(body(1 << 16), surface: .embeddings) != nil)
    #expect(Self.key(body(Recall.largestRequest), surface: .embeddings) == nil)
  }

  @Test func answersThatWereCutOrWithheldAreNotComplete() {
    #expect(PureCall.isComplete(["stop", "tool_calls"]))
    for reasons in [[], ["length"], ["stop", "content_filter"], ["refusal"], ["error"]] {
      #expect(!PureCall.isComplete(reasons))
    }
  }

  @Test(arguments: [
    #""extra_body":{"enable_search":true}"#, #""extra_body":{"google":{"cached_content":"c"}}"#,
    #""web_search":{"enable":true}"#,
    #""data_sources":[{"type":"azure_search"}]"#, #""search_settings":{"country":"de"}"#,
    #""tools":[{"google_search":{}}]"#,
    #""parameters":{"tools":[{"type":"web_search"}]}"#,
    #""additionalModelRequestFields":{"tools":[{"type":"web_search_20250305","name":"web_search"}]}"#,
  ])
  func aRequestThatLooksAtTheWorldHasNone(member: String) {
    let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"# + member + "}"
    #expect(Self.key(body) == nil)
    #expect(Self.key(body, surface: .converse) == nil || !member.contains("additional"))
  }

  @Test func toolsOfTheCallerAreNoReasonToAskAgain() {
    for tool in [#"{"type":"function","function":{"name":"f"}}"#, #"{"name":"f","input_schema":{}}"#] {
      #expect(Self.key(#"{"model":"m","messages":[],"tools":["# + tool + "]}") != nil)
    }
  }
}
