/// Carries a value of one event loop through a `@Sendable` closure back onto the same loop.
///
/// `@unchecked`: protected by the loop. A value is wrapped on its loop and opened only by jobs and callbacks of that loop
/// (`EventLoop.execute`, futures), so no two threads ever touch it.
struct LoopConfined<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
