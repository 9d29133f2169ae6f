import GatewayCore

extension BuiltInPrices {
  static let openAI = [
    PricePage("openai", .usd, "https://developers.openai.com/api/docs/pricing", "2026-09-29") {
      // More than 272,000 prompt tokens cost 2 × for input and caches, 1.5 × for output.
      $0.list(
        "gpt-6.1-sol", in: 2, cached: 0.1, write: 2.5, out: 10,
        tiers: [.above(272_000, in: 4, cached: 0.2, write: 5, out: 15)])
      $0.date = "2026-10-26"
      $0.list(
        "gpt-6.1-terra", in: 1, cached: 0.05, write: 1.25, out: 5,
        tiers: [.above(272_000, in: 2, cached: 0.1, write: 2.5, out: 7.5)])
      $0.date = "2026-09-22"
      $0.list(
        "gpt-6-sol", in: 2, cached: 0.2, write: 2.5, out: 10,
        tiers: [.above(272_000, in: 4, cached: 0.4, write: 5, out: 15)])
      $0.list(
        "gpt-6-luna", in: 0.1, cached: 0.01, write: 0.125, out: 0.5,
        tiers: [.above(272_000, in: 0.2, cached: 0.02, write: 0.25, out: 0.75)])
      $0.date = "2026-09-05"
      $0.list(
        "gpt-6-astra", in: 10, cached: 1, write: 12.5, out: 50,
        tiers: [.above(272_000, in: 20, cached: 2, write: 25, out: 75)])
      $0.date = "2026-08-27"
      $0.list(
        "gpt-5.6-sol", "gpt-5.6", in: 4, cached: 0.4, write: 5, out: 20,
        tiers: [.above(272_000, in: 8, cached: 0.8, write: 10, out: 30)])
      $0.date = "2026-08-02"
      $0.list(
        "gpt-5.6-terra", in: 2, cached: 0.2, write: 2.5, out: 12,
        tiers: [.above(272_000, in: 4, cached: 0.4, write: 5, out: 18)])
      $0.list(
        "gpt-5.6-luna", in: 0.2, cached: 0.02, write: 0.25, out: 1.2,
        tiers: [.above(272_000, in: 0.4, cached: 0.04, write: 0.5, out: 1.8)])
      $0.date = "2026-07-02"
      $0.list("gpt-5.5", in: 5, cached: 0.5, out: 30, tiers: [.above(272_000, in: 10, cached: 1, out: 45)])
      $0.list("gpt-5.5-pro", in: 30, out: 180, tiers: [.above(272_000, in: 60, out: 270)])
      $0.list("gpt-5.4", in: 2.5, cached: 0.25, out: 15, tiers: [.above(272_000, in: 5, cached: 0.5, out: 22.5)])
      $0.list("gpt-5.4-pro", in: 30, out: 180, tiers: [.above(272_000, in: 60, out: 270)])
      $0.list("gpt-5.4-mini", in: 0.75, cached: 0.075, out: 4.5)
      $0.list("gpt-5.4-nano", in: 0.2, cached: 0.02, out: 1.25)
      $0.list("gpt-5.3-chat", "gpt-5.3-codex", in: 1.75, cached: 0.175, out: 14)
      $0.list("gpt-5.2", "gpt-5.2-chat", "gpt-5.2-codex", in: 1.75, cached: 0.175, out: 14)
      $0.list("gpt-5.2-pro", in: 21, out: 168)
      $0.list("gpt-5.1", "gpt-5.1-chat", "gpt-5.1-codex", "gpt-5.1-codex-max", in: 1.25, cached: 0.125, out: 10)
      $0.list("gpt-5.1-codex-mini", in: 0.25, cached: 0.025, out: 2)
      $0.list("gpt-5", "gpt-5-chat", "gpt-5-codex", in: 1.25, cached: 0.125, out: 10)
      $0.list("gpt-5-mini", in: 0.25, cached: 0.025, out: 2)
      $0.list("gpt-5-nano", in: 0.05, cached: 0.005, out: 0.4)
      $0.list("gpt-5-pro", in: 15, out: 120)
      $0.list("gpt-4.1", in: 2, cached: 0.5, out: 8)
      $0.list("gpt-4.1-mini", in: 0.4, cached: 0.1, out: 1.6)
      $0.list("gpt-4.1-nano", in: 0.1, cached: 0.025, out: 0.4)
      $0.list("gpt-4o", in: 2.5, cached: 1.25, out: 10)
      $0.list("gpt-4o-2024-05-13", in: 5, out: 15)
      $0.list("gpt-4o-mini", in: 0.15, cached: 0.075, out: 0.6)
      $0.list("gpt-4-turbo", in: 10, out: 30)
      $0.list("gpt-4", in: 30, out: 60)
      $0.list("gpt-3.5-turbo", in: 0.5, out: 1.5)
      $0.list("o1", in: 15, cached: 7.5, out: 60)
      $0.list("o1-pro", in: 150, out: 600)
      $0.list("o3", in: 2, cached: 0.5, out: 8)
      $0.list("o3-pro", in: 20, out: 80)
      $0.list("o3-mini", in: 1.1, cached: 0.55, out: 4.4)
      $0.list("o4-mini", in: 1.1, cached: 0.275, out: 4.4)
      $0.list("text-embedding-3-small", in: 0.02)
      $0.list("text-embedding-3-large", in: 0.13)
      $0.list("text-embedding-ada-002", in: 0.1)
      $0.date = "2026-06-26"
      $0.list("gpt-audio", in: 2.5, out: 10, audioIn: 32, audioOut: 64)
      $0.list("gpt-audio-mini", in: 0.6, out: 2.4, audioIn: 10, audioOut: 20)
      $0.date = "2026-07-24"
      $0.list("gpt-4o-audio-preview", in: 2.5, out: 10, audioIn: 40, audioOut: 80)
      $0.list("gpt-4o-realtime-preview", in: 5, cached: 2.5, out: 20, audioIn: 40, audioOut: 80)
      $0.list("gpt-4o-mini-realtime-preview", in: 0.6, cached: 0.3, out: 2.4, audioIn: 10, audioOut: 20)
      $0.list("gpt-realtime", "gpt-realtime-1.5", in: 4, cached: 0.4, out: 16, audioIn: 32, audioOut: 64)
      $0.list("gpt-realtime-2.1", in: 4, cached: 0.4, out: 24, audioIn: 32, audioOut: 64)
      // Cached audio costs 0.30, cached text 0.06; the dearer one, since both are counted together.
      $0.list("gpt-realtime-mini", "gpt-realtime-2.1-mini", in: 0.6, cached: 0.3, out: 2.4, audioIn: 10, audioOut: 20)
      $0.date = "2026-07-22"
      // Image tokens of the prompt are dearer than text, and are not counted apart: theirs is the price of all.
      $0.list("gpt-image-1", in: 10, cached: 2.5, out: 40)
      $0.list("gpt-image-1-mini", in: 2.5, cached: 0.25, out: 8)
      $0.list("gpt-image-1.5", in: 8, cached: 2, out: 32)
      $0.list("gpt-image-2", in: 8, cached: 2, out: 30)
      $0.date = "2026-08-21"
      $0.list("gpt-4o-transcribe", in: 2.5, out: 10, audioIn: 6)
      $0.list("gpt-4o-mini-transcribe", in: 1.25, out: 5, audioIn: 3)
      $0.list("gpt-4o-mini-tts", in: 0.6, out: 12)
    }
  ]
}
