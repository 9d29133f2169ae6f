/// Where Settle hands a finished exchange. Called on an event loop: it must only enqueue.
package protocol ExchangeSink: Sendable {
  func settled(_ record: consuming ExchangeRecord)
}
