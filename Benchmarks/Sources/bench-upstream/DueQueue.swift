/// Connections in the order in which their next event is due: a binary heap.
struct DueQueue {
  private var heap: [(due: UInt64, connection: Connection)] = []

  var next: UInt64? { heap.first?.due }

  mutating func add(_ connection: Connection, due: UInt64) {
    heap.append((due, connection))
    var index = heap.count - 1
    while index > 0, heap[(index - 1) / 2].due > heap[index].due {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// - Returns: a connection whose time has come, until there is none.
  mutating func pop(now: UInt64) -> Connection? {
    guard let first = heap.first, first.due <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].due < heap[least].due {
        least = child
      }
      guard least != index else { return first.connection }
      heap.swapAt(index, least)
      index = least
    }
  }
}
