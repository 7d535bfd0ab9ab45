import CZeroMQ

/// Waits until one of the sockets has a message, a descriptor can be read, a signal arrives or the
/// time is up, and says which of the sockets have messages.
///
/// The result's bit i is for `sockets[i]`, the bits after them for `descriptors`.
package func poll(
  _ sockets: [Socket], descriptors: [CInt] = [], milliseconds: Int
) -> UInt64 {
  // A zmq_pollitem_t holds plain copies of the handles; the array keeps the sockets alive.
  var items = unsafe sockets.map {
    unsafe zmq_pollitem_t(socket: $0.handle, fd: 0, events: CShort(ZMQ_POLLIN), revents: 0)
  }
  for descriptor in descriptors {
    unsafe items.append(
      zmq_pollitem_t(socket: nil, fd: descriptor, events: CShort(ZMQ_POLLIN), revents: 0))
  }
  let count = unsafe CInt(items.count)
  guard unsafe zmq_poll(&items, count, milliseconds) > 0 else { return 0 }
  var ready: UInt64 = 0
  for unsafe(i, item) in unsafe items.enumerated() where unsafe item.revents != 0 {
    ready |= 1 << UInt64(i)
  }
  return ready
}
