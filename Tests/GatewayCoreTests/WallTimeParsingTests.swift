import GatewayCore
import Testing

@Suite struct WallTimeParsingTests {
  @Test(
    arguments: [
      ("2026-11-21T09:30:00Z", 1_795_253_400_000), ("2026-11-21t09:30:00.5z", 1_795_253_400_500),
      ("2026-11-21T09:30:00.1234567Z", 1_795_253_400_123), ("2026-11-21T17:30:00+08:00", 1_795_253_400_000),
      ("2026-11-21T04:00:00-05:30", 1_795_253_400_000), ("2026-11-21", 1_795_219_200_000), ("1970-01-01", 0),
      ("2028-02-29", 1_835_395_200_000),
    ] as [(String, Int64)]) func aMomentIsRead(text: String, milliseconds: Int64)
  {
    #expect(WallTime(text: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-11-21T", "2026-11-21T09:30", "2026-11-21T24:00:00Z",
    "2026-11-21T09:30:00", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00+8", "2026-11-21T09:30:00Z ",
    "2026-11-21 09:30:00Z",
    "26-11-21", "2026-1-1", "yesterday",
  ]) func whatIsNoMomentIsNot(text: String) { #expect(WallTime(text: text) == nil) }

  @Test func aMomentSurvivesItsText() {
    let moment = WallTime(milliseconds: 1_795_253_400_000)
    #expect(WallTime(text: moment.text) == moment)
  }
}
