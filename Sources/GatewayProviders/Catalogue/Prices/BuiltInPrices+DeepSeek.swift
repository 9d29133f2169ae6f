import GatewayCore

extension BuiltInPrices {
  /// Accounts are billed in yuan or in dollars; these are the yuan. At peak times, Monday to Friday in China, everything costs
  /// double. Public holidays are no peak times, which is not told apart here: a call on one is priced too high.
  static let deepSeek = [
    PricePage("deepseek", .cny, "https://api-docs.deepseek.com/zh-cn/quick_start/pricing", "2026-10-27") {
      $0.list(
        "deepseek-flash", "deepseek-v4-flash", "deepseek-v4-flash-vision-exp", in: 1, cached: 0.02, out: 4,
        times: [peak(in: 2, cached: 0.04, out: 8)])
      $0.list("deepseek-v4-pro", in: 4.5, cached: 0.15, out: 13.5, times: [peak(in: 9, cached: 0.3, out: 27)])
    }
  ]

  private static func peak(in input: ListedAmount, cached: ListedAmount, out output: ListedAmount) -> Price.Time {
    // 09:00–12:00 and 14:00–18:00.
    let windows = [
      PriceWindow(from: 540, until: 720, days: .workdays), PriceWindow(from: 840, until: 1080, days: .workdays),
    ]
    let amounts = PriceAmounts(
      input: input.billionths, cachedInput: cached.billionths, output: output.billionths)
    // China has kept one time all year since 1991.
    return Price.Time(windows, in: ZoneOffsets(name: "Asia/Shanghai", first: 28_800), amounts: amounts)
  }
}
