/// What parts of a text cost in tokens, in 64ths of a token, fitted to a vocabulary: the pieces that the splitting rule of
/// OpenAI's tokenizers makes, and what longer and rarer pieces cost more. No vocabulary file is needed.
///
/// Fitted on 1,125 and tested on as many other texts of 0.2 to 10 kB (English prose, Chinese manual pages, Swift, Python and C, JSON)
/// against tiktoken; the figures are in docs/limits.md.
package struct TokenVocabulary: Hashable, Sendable {
  /// A word, and a further part of one in camel case.
  let word, camelPart: Int
  /// Each letter of such a part from the 6th, the 9th and the 13th on.
  let letter6, letter9, letter13: Int
  /// Each further capital letter of a part: up to the fourth, and behind it.
  let capital, capital5: Int
  /// Up to three digits, and digits behind a letter.
  let digits, digitsInWord: Int
  /// A sign of punctuation that leads a word, an underscore that does, and all others, by the run.
  let leadingSign, underscore, signs: Int
  /// Each further sign of a run, and each that repeats the one before.
  let sign, repeated: Int
  /// Two and more blanks, line ends, line ends behind punctuation, tabs.
  let blanks, lineEnds, lineEndsBehindSigns, tabs: Int
  /// A Chinese character, and a run of them.
  let han, hanRun: Int
  /// Punctuation of Chinese and Japanese; other characters of three bytes, of two, and of four.
  let wideSign, threeBytes, twoBytes, fourBytes: Int

  /// `o200k_base`: gpt-4o and everything since. Most others have as large vocabularies.
  package static let o200k = TokenVocabulary(
    word: 63, camelPart: 77, letter6: 0, letter9: 17, letter13: 26, capital: 14, capital5: 0, digits: 59,
    digitsInWord: 19, leadingSign: 48, underscore: 3, signs: 74, sign: 1, repeated: 1, blanks: 72, lineEnds: 48,
    lineEndsBehindSigns: -34, tabs: 87, han: 43, hanRun: 44, wideSign: 31, threeBytes: 42, twoBytes: 38, fourBytes: 160)

  /// `cl100k_base`: gpt-4, gpt-3.5 and OpenAI's embedding models.
  package static let cl100k = TokenVocabulary(
    word: 63, camelPart: 79, letter6: 1, letter9: 13, letter13: 26, capital: 15, capital5: -4, digits: 56,
    digitsInWord: 25, leadingSign: 47, underscore: -3, signs: 73, sign: 3, repeated: -1, blanks: 72, lineEnds: 52,
    lineEndsBehindSigns: -33, tabs: 88, han: 60, hanRun: 52, wideSign: 33, threeBytes: 42, twoBytes: 38, fourBytes: 160)

  /// By the name of the model, as the caller or the provider calls it.
  package static func of(_ model: String) -> TokenVocabulary {
    let last = model.utf8.lastIndex(of: UInt8(ascii: "/")).map { model.utf8.index(after: $0) }
    let name = model[(last ?? model.startIndex)...]
    // Most names are done with here: every call that is counted asks.
    guard name.utf8.first == UInt8(ascii: "g") || name.utf8.first == UInt8(ascii: "t") else { return .o200k }
    let isOld =
      name.hasPrefix("gpt-3.5") || name.hasPrefix("gpt-35") || name.hasPrefix("text-embedding-3")
      || name.hasPrefix("text-embedding-ada") || name == "gpt-4" || name.hasPrefix("gpt-4-")
    return isOld ? .cl100k : .o200k
  }
}
