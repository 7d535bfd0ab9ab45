import Bytes
import CZeroMQ

/// One received message; receiving again replaces it in place.
///
/// libzmq keeps messages of up to 33 bytes inside `zmq_msg_t` itself, so the
/// struct must not move while a span into it is alive: it lives on the heap.
@safe package struct Frame: ~Copyable {
  let message: UnsafeMutablePointer<zmq_msg_t>

  package init() {
    unsafe message = .allocate(capacity: 1)
    unsafe zmq_msg_init(message)
  }

  deinit {
    unsafe zmq_msg_close(message)
    unsafe message.deallocate()
  }

  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      // libzmq owns the bytes until the next receive, which needs `self` exclusively.
      let start = unsafe zmq_msg_data(message)?.assumingMemoryBound(to: UInt8.self)
      let bytes = unsafe UnsafeBufferPointer(start: start, count: zmq_msg_size(message))
      return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
  }

  /// Lends the bytes to `body`; for frames that are members of a class.
  package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(bytes) }

  /// A copy of the bytes.
  package var copied: [UInt8] { [UInt8](copying: bytes) }

  /// Whether the rest of a message of several frames follows.
  var hasMore: Bool { unsafe zmq_msg_more(message) != 0 }

  /// The address of the peer that sent it over TCP.
  package var peerAddress: String? {
    // A static-lifetime property of the message: valid while the message is.
    guard let text = unsafe zmq_msg_gets(message, "Peer-Address") else { return nil }
    return unsafe String(cString: text)
  }
}
