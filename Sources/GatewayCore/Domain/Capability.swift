/// What a model can do beyond text, as `capabilities` of a target says it.
package enum Capability: String, CaseIterable, Hashable, Sendable {
  case tools, images, audio, video, files
  case structuredOutput, severalChoices, logprobs, webSearch, audioOutput, imageOutput
}
