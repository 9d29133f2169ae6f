import GatewayCore
import GatewayDialects
import Testing

@testable import GatewayConfiguration

/// Objects that the database keeps, beside those of the file.
struct StoredObjectsTests {
  private static let file = """
    providers: { e: { kind: echo } }
    models: { a: { targets: [e/x] } }
    consumers: { app: { keys: ["sk-app-0123456789abcdef"] } }
    limits: [{ requests: 5, per: minute }]
    """

  private func load(_ objects: String, file: String = file) throws -> LoadResult {
    var context = Loading.context()
    context.storedObjects = .objects(try StoredObjects(document: objects))
    return ConfigurationLoader.load(text: file, file: "sluice.yaml", context: context)
  }

  private func errors(_ result: LoadResult) -> [Problem] { result.problems.filter { $0.severity == .error } }

  @Test func objectsOfTheDatabaseStandBesideThoseOfTheFile() throws {
    let result = try load(
      #"{"models":{"b":{"targets":["e/y"]},"c":{"targets":["a","b"]}},"limits":[{"tokens":9,"per":"day"}]}"#)
    #expect(errors(result) == [])
    #expect(result.snapshot?.models.names.sorted() == ["a", "b", "c"])
    #expect(result.snapshot?.limits.count == 2)
  }

  @Test func aNameOfTheFileCannotBeTakenAgain() throws {
    let problem = errors(try load(#"{"models":{"a":{"targets":["e/y"]}}}"#)).first
    #expect(problem?.message == "'a' stands in the file, too, at line 2, column 11")
    #expect(problem?.pointer == "/models/a")
    #expect(problem?.file == "database")
    #expect(problem?.position == nil)
  }

  @Test func problemsPointToTheValue() throws {
    let problem = errors(try load(#"{"models":{"b/c":{"targets":["e/y","nobody/z"]}}}"#)).first
    #expect(problem?.pointer == "/models/b~1c/targets/1")
    #expect(problem?.path == "models.b/c.targets[1]")
  }

  @Test func aTextIsNoNumber() throws {
    let problem = errors(try load(#"{"limits":[{"requests":"20","per":"day"}]}"#)).first
    #expect(problem?.pointer == "/limits/0/requests")
  }

  @Test func aFileWithoutModelsKeepsThoseOfItsProviders() throws {
    let result = try load(
      #"{"models":{"b":{"targets":["d/y"]}}}"#,
      file: "providers: { d: { kind: deepseek, keys: [env:DEEPSEEK_API_KEY] } }")
    let names = result.snapshot?.models.names ?? []
    #expect(names.contains("b"))
    #expect(names.contains("deepseek-chat"))
  }

  @Test func providersMayAllBeInTheDatabase() throws {
    let result = try load(#"{"providers":{"e":{"kind":"echo"}}}"#, file: "providers: {}")
    #expect(errors(result) == [])
    #expect(result.snapshot?.providers.map(\.name) == ["e"])
  }

  @Test func aFileWithoutAProviderIsWarnedOf() {
    let result = ConfigurationLoader.load(
      text: "providers: {}\nmodels: {}", file: "sluice.yaml", context: Loading.context())
    #expect(!result.hasErrors)
    #expect(
      result.problems.map(\.message).filter { $0.hasPrefix("there is no") } == [
        "there is no provider until the admin API adds one", "there is no model until the admin API adds one",
      ])
  }

  @Test func thoseOfTheEnvironmentAreShownAsAFileWouldHaveThem() throws {
    var context = Loading.context()
    context.environment = ["DEEPSEEK_API_KEY": "k"]
    context.storedObjects = .objects(try StoredObjects(document: #"{"models":{"m":{"targets":["deepseek/x"]}}}"#))
    let result = ConfigurationLoader.environmentConfiguration(context, ollamaModels: nil)
    #expect(errors(result) == [])
    #expect(
      result.foundObjects.value.json.compactText
        == #"{"providers":{"deepseek":{"kind":"deepseek","keys":["env:DEEPSEEK_API_KEY"]},"sluice":{"kind":"echo"}}}"#)
    #expect(result.snapshot?.models.names.contains("m") == true)
  }

  @Test func plainSecretsOfTheFileAreNotShown() throws {
    let result = try load("{}", file: "providers: { o: { kind: openai, keys: [sk-plain, env:OPENAI_API_KEY] } }")
    #expect(
      result.fileObjects.value.json.compactText
        == #"{"providers":{"o":{"kind":"openai","keys":["…","env:OPENAI_API_KEY"]}}}"#)
  }

  @Test func whatIsWrittenAsYAMLReadsTheSame() throws {
    let objects = try StoredObjects(
      document: #"""
        {"models":{"a b":{"targets":["e/x",{"provider":"e","model":"y: z"}],"parameters":{"default":{"temperature":0.5,"stop":["\n","yes","007"]}}}},
        "consumers":{"ünï":{"keys":["sha256:ab"],"limits":[{"requests":20,"per":"day","by":"header:x-user"}]}},"limits":[{"concurrent":8}]}
        """#)
    var problems: [Problem] = []
    let read = StoredObjects.read(yaml: objects.value.yaml, problems: &problems)
    #expect(problems == [])
    #expect(read == objects)
  }

  @Test func whatTheDatabaseCannotKeepIsRefusedWithItsPlace() {
    var problems: [Problem] = []
    #expect(StoredObjects.read(yaml: "models: {}\nserver: { drain: 3s }\nmodel: {}", problems: &problems) == nil)
    #expect(
      problems.map(\.description) == [
        "database:2:1: error: 'server' does not stand in the database; it belongs to the file (server)",
        "database:3:1: error: 'model' does not stand in the database; did you mean 'models'? (model)",
      ])
  }

  @Test func everySettingThatDiffersIsNamed() throws {
    let old = try StoredObjects(
      document: #"{"models":{"a":{"targets":["e/x"],"sticky":"consumer"},"b":{"targets":["e/y"]}}}"#)
    let new = try StoredObjects(
      document: #"{"models":{"a":{"targets":["e/x","e/z"],"sticky":"consumer"},"c":{"targets":["e/y"]}}}"#)
    #expect(new.changes(from: old).map(\.path) == ["models.a.targets", "models.b", "models.c"])
    #expect(new.changes(from: new) == [])
  }

  @Test func plainKeysAreFoundByTheSchema() throws {
    let value = ConfigurationValue(try JSONDocument(Array(#"{"kind":"openai","keys":["sk-a","env:B"]}"#.utf8)).root)
    var found: [String] = []
    let proxied = ConfigurationValue.map([.init("proxy", .text("http://user:hush@proxy:3128"))])
    #expect(SecretMask.hidden(proxied, in: .providers)["proxy"] == .text(SecretMask.shown))
    let open = ConfigurationValue.map([.init("proxy", .text("http://proxy:3128"))])
    #expect(SecretMask.hidden(open, in: .providers) == open)
    let replaced = SecretMask.replacing(value, in: .providers) { secret, allowsDigest in
      found.append("\(secret) \(allowsDigest)")
      return "secret:x"
    }
    #expect(found == ["sk-a false"])
    #expect(replaced["keys"] == .list([.text("secret:x"), .text("env:B")]))
  }
}
