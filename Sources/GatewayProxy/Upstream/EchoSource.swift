import Foundation
import GatewayCore
import GatewayDialects
import GatewayProviders
import NIOCore

/// The upstream inside the program (`kind: echo`): answers with the last text of the request, streamed word by word when
/// asked to. It feeds the same relay as a connection does.
final class EchoSource: AnswerSource {
  /// Between two words: slow enough to be seen as a stream.
  private static let pace: TimeAmount = .milliseconds(15)

  private let eventLoop: any EventLoop
  private let clock: LoopClock
  private let surface: Surface
  private let model: String
  private let isStream: Bool
  /// Held to the end of the answer.
  private var receiver: (any AnswerReceiver)?
  private var frames: [ByteBuffer] = []
  private var nextFrame = 0
  private var isPaused = false
  private var isScheduled = false

  init(eventLoop: any EventLoop, clock: LoopClock, surface: Surface, model: String, isStream: Bool) {
    self.eventLoop = eventLoop
    self.clock = clock
    self.surface = surface
    self.model = model
    self.isStream = isStream
  }

  func start(request: ByteBuffer, estimatedInput: Int, to receiver: any AnswerReceiver) {
    self.receiver = receiver
    let answer = request.withUnsafeReadableBytes {
      EchoAnswer(surface: surface, model: model, request: $0, inputTokens: estimatedInput, created: Int(time(nil)))
    }
    // Not from within `start`: a receiver may finish, and start anew, in its own call.
    eventLoop.assumeIsolated().execute { [self] in
      clock.tick()
      guard let receiver = self.receiver else { return }
      receiver.receiveHead(AnswerHead(status: 200, contentType: isStream ? "text/event-stream" : "application/json"))
      if isStream {
        frames = answer.frames.map { ByteBuffer(bytes: $0) }
        sendFrame()
      } else {
        receiver.receiveBody(ByteBuffer(bytes: answer.body))
        end()
      }
    }
  }

  private func sendFrame() {
    clock.tick()
    isScheduled = false
    guard !isPaused, let receiver else { return }
    guard nextFrame < frames.count else { return end() }
    nextFrame += 1
    receiver.receiveBody(frames[nextFrame - 1])
    schedule()
  }

  private func end() {
    let receiver = self.receiver
    self.receiver = nil
    receiver?.receiveEnd()
  }

  private func schedule() {
    guard !isScheduled, receiver != nil else { return }
    isScheduled = true
    eventLoop.assumeIsolated().scheduleTask(in: Self.pace) { self.sendFrame() }
  }

  func pause() { isPaused = true }

  func resume() {
    guard isPaused else { return }
    isPaused = false
    schedule()
  }

  func cancel() { receiver = nil }

  func detach() { receiver = nil }
}
