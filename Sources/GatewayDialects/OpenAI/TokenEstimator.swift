/// Tokens of a text of which only its size is known, where a provider sends no usage.
///
/// The rule, rounded up: 4 ASCII bytes are a token (English prose and code: 3.5–4.5), and 10 other bytes are 3
/// tokens, which is 0.9 for a CJK character of 3 bytes (0.7–1 with today's vocabularies) and 0.6 for a Cyrillic,
/// Greek or Arabic letter of 2 (0.3–0.6).
package enum TokenEstimator {
  package static func tokens(_ text: TextCount) -> Int { tokens(ascii: text.ascii, other: text.other) }

  package static func tokens(ascii: Int, other: Int) -> Int { (5 * ascii + 6 * other + 19) / 20 }
}
