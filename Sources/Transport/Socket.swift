import Bytes
import CZeroMQ
import Glibc

/// Names a process that connected to a router.
package struct PeerID: Hashable, Sendable {
  let bytes: [UInt8]
}

/// One end of a connection between processes; closed with the last reference to it.
@safe package final class Socket {
  let handle: UnsafeMutableRawPointer
  private let context: SocketContext
  private let role: Role
  private var identity = Frame()
  /// The file of an ipc:// endpoint, which libzmq leaves behind.
  private var file: String?

  package enum Role: Sendable { case router, dealer, publisher, subscriber }

  /// What became of a message that was to be sent.
  package enum Sent: Equatable, Sendable {
    case sent
    /// The queue is full; the message was not taken.
    case full
    /// The peer is no longer there.
    case gone
  }

  /// How many messages may wait in each direction before `full`.
  ///
  /// - Throws: `TransportFailure` if libzmq has no room for a socket, or refuses an option.
  package init(_ role: Role, queue: Int, in context: SocketContext) throws(TransportFailure) {
    let type =
      switch role {
      case .router: ZMQ_ROUTER
      case .dealer: ZMQ_DEALER
      case .publisher: ZMQ_XPUB
      case .subscriber: ZMQ_SUB
      }
    guard let handle = unsafe zmq_socket(context.handle, type) else {
      throw TransportFailure("opening a socket")
    }
    unsafe self.handle = handle
    self.context = context
    self.role = role
    try set(ZMQ_SNDHWM, CInt(queue))
    try set(ZMQ_RCVHWM, CInt(queue))
    // What a subscriber has not sent may be lost.
    try set(ZMQ_LINGER, role == .subscriber ? 0 : 1000)
    // A worker is often started before what it connects to.
    try set(ZMQ_RECONNECT_IVL, 5)
    try set(ZMQ_RECONNECT_IVL_MAX, 200)
    // A host that vanishes without a word closes no connection.
    try set(ZMQ_HEARTBEAT_IVL, 2000)
    try set(ZMQ_HEARTBEAT_TIMEOUT, 20000)
    if role == .router { try set(ZMQ_ROUTER_MANDATORY, 1) }
    if role == .publisher { try set(ZMQ_XPUB_NODROP, 1) }
  }

  deinit {
    unsafe zmq_close(handle)
    // The C string lives for the call.
    if let file { _ = unsafe unlink(file) }
  }

  /// What has not gone out when the socket is closed need not: its reader has gone for good.
  ///
  /// Otherwise the process would stay for a second in the hope of finding it.
  package func dropUnsent() {
    // The one option value that every open socket takes.
    do throws(TransportFailure) { try set(ZMQ_LINGER, 0) } catch {}
  }

  // MARK: Endpoints

  /// Takes messages from peers that connect to this endpoint.
  ///
  /// - Throws: `TransportFailure` if it is in use, malformed, or not of this host.
  package func bind(_ endpoint: String) throws(TransportFailure) {
    if Endpoint(endpoint).isTCP, let keys = context.keys {
      try set(ZMQ_CURVE_SERVER, 1)
      try set(ZMQ_CURVE_SECRETKEY, keys.secretKey)
    }
    guard unsafe zmq_bind(handle, endpoint) == 0 else {
      throw TransportFailure("binding \(endpoint)")
    }
    file = Endpoint(endpoint).path
  }

  /// Connects to this endpoint, now or when a peer binds it.
  ///
  /// - Throws: `TransportFailure` if it is malformed.
  package func connect(_ endpoint: String) throws(TransportFailure) {
    if Endpoint(endpoint).isTCP, let keys = context.keys {
      try set(ZMQ_CURVE_SERVERKEY, keys.publicKey)
      try set(ZMQ_CURVE_PUBLICKEY, keys.publicKey)
      try set(ZMQ_CURVE_SECRETKEY, keys.secretKey)
    }
    guard unsafe zmq_connect(handle, endpoint) == 0 else {
      throw TransportFailure("connecting to \(endpoint)")
    }
  }

  /// Where the socket is bound in truth, wildcards filled in.
  package var boundEndpoint: String {
    var text = [CChar](repeating: 0, count: 512)
    var count = text.count
    // libzmq writes at most `count` bytes, NUL included.
    guard unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Receives what was published with any of these first bytes.
  ///
  /// - Throws: `TransportFailure` if libzmq refuses.
  package func subscribe(to prefix: Span<UInt8>) throws(TransportFailure) {
    let result = unsafe prefix.withUnsafeBufferPointer {
      unsafe zmq_setsockopt(handle, ZMQ_SUBSCRIBE, $0.baseAddress, $0.count)
    }
    guard result == 0 else { throw TransportFailure("subscribing") }
  }

  // MARK: Messages

  /// Sends to the one peer, or to all subscribers, without waiting.
  package func send(_ bytes: Span<UInt8>) -> Sent { send(bytes, flags: ZMQ_DONTWAIT) }

  /// Sends to one of a router's peers, without waiting.
  package func send(_ bytes: Span<UInt8>, to peer: PeerID) -> Sent {
    let address = send(peer.bytes.span, flags: ZMQ_DONTWAIT | ZMQ_SNDMORE)
    return address == .sent ? send(bytes, flags: ZMQ_DONTWAIT) : address
  }

  private func send(_ bytes: Span<UInt8>, flags: CInt) -> Sent {
    while true {
      // libzmq copies the bytes before it returns.
      let sent = unsafe bytes.withUnsafeBufferPointer {
        unsafe zmq_send(handle, $0.baseAddress, $0.count, flags)
      }
      if sent >= 0 { return .sent }
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN: return .full
      default: return .gone
      }
    }
  }

  /// The next message, if one is there; a message of more frames than expected is passed over.
  package func receive(into frame: inout Frame) -> Bool {
    while unsafe receiveFrame(frame.message) {
      if !frame.hasMore { return true }
      discardRest()
    }
    return false
  }

  /// The next message to a router, and its sender.
  package func receiveFromPeer(into frame: inout Frame) -> PeerID? {
    while unsafe receiveFrame(identity.message) {
      guard identity.hasMore, unsafe receiveFrame(frame.message) else { continue }
      if frame.hasMore {
        discardRest()
        continue
      }
      return PeerID(bytes: identity.copied)
    }
    return nil
  }

  private func receiveFrame(_ message: UnsafeMutablePointer<zmq_msg_t>) -> Bool {
    while unsafe zmq_msg_recv(message, handle, ZMQ_DONTWAIT) < 0 {
      if zmq_errno() != EINTR { return false }
    }
    return true
  }

  private func discardRest() {
    repeat {
      guard unsafe receiveFrame(identity.message) else { return }
    } while identity.hasMore
  }

  // MARK: Options

  private func set(_ option: CInt, _ value: CInt) throws(TransportFailure) {
    var value = value
    guard unsafe zmq_setsockopt(handle, option, &value, MemoryLayout<CInt>.size) == 0 else {
      throw TransportFailure("setting socket option \(option)")
    }
  }

  private func set(_ option: CInt, _ value: String) throws(TransportFailure) {
    guard unsafe zmq_setsockopt(handle, option, value, value.utf8.count) == 0 else {
      throw TransportFailure("setting socket option \(option)")
    }
  }
}
