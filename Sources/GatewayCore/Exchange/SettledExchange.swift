/// A record that nobody changes any more. It waits for several readers, the access log and the ledger among them, and is large: each
/// of them has the same one.
package final class SettledExchange: Sendable {
  package let record: ExchangeRecord

  package init(_ record: consuming ExchangeRecord) { self.record = record }
}
