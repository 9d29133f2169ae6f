import GatewayCore
import Testing

struct ModelSpellingTests {
  @Test(arguments: [
    ("gpt-5", ["gpt-5"]), ("gpt-5-2025-08-07", ["gpt-5-2025-08-07", "gpt-5"]),
    ("claude-sonnet-4-5-20250929", ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5"]),
    ("doubao-seed-1-6-251015", ["doubao-seed-1-6-251015", "doubao-seed-1-6"]),
    ("claude-3-5-haiku-latest", ["claude-3-5-haiku-latest", "claude-3-5-haiku"]),
    ("claude-sonnet-4-5@20250929", ["claude-sonnet-4-5@20250929", "claude-sonnet-4-5"]),
    ("claude-opus-4-8@default", ["claude-opus-4-8@default", "claude-opus-4-8"]),
    ("models/gemini-2.5-pro", ["models/gemini-2.5-pro", "gemini-2.5-pro"]),
    ("publishers/google/models/gemini-2.5-pro", ["publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"]),
    ("amazon.nova-pro-v1:0", ["amazon.nova-pro-v1:0", "amazon.nova-pro", "nova-pro-v1:0", "nova-pro"]),
  ]) func aNameIsTriedFirstAndThenWithLessOfIt(name: String, spellings: [String]) {
    #expect(ModelSpelling.all(of: name) == spellings)
  }

  @Test func regionVendorDateAndRevisionAreLeftOutInThisOrder() {
    #expect(
      ModelSpelling.all(of: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0") == [
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu.anthropic.claude-sonnet-4-5-20250929",
        "eu.anthropic.claude-sonnet-4-5", "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic.claude-sonnet-4-5-20250929", "anthropic.claude-sonnet-4-5", "claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5-20250929", "claude-sonnet-4-5",
      ])
  }

  @Test(arguments: [
    "gpt-4-0613", "mistral-large-2411", "text-embedding-v4x", "command-a-03-2025", "ft:gpt-4o-mini:org::id",
    "-20250929",
    "deepseek-ai/DeepSeek-V3", "gemini-2.5-flash-preview", "o3", "",
  ]) func whatIsNoSuffixStays(name: String) {
    #expect(ModelSpelling.all(of: name) == [name])
  }

  @Test func aVersionIsTriedAsItIsBeforeItIsLeftOut() {
    #expect(ModelSpelling.all(of: "text-embedding-v4") == ["text-embedding-v4", "text-embedding"])
  }
}
