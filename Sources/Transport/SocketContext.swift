import CZeroMQ

/// Owns ZeroMQ's threads.
///
/// Each socket keeps its context alive, because closing a context waits for its sockets.
@safe package final class SocketContext {
  let handle: UnsafeMutableRawPointer
  /// What guards TCP endpoints; without it they are open to any process that reaches them.
  let keys: CurveKeys?

  /// Starts ZeroMQ; `keys` guard `tcp://` endpoints (CurveZMQ).
  ///
  /// - Throws: `TransportFailure` if libzmq cannot start.
  package init(keys: CurveKeys? = nil) throws(TransportFailure) {
    guard let handle = unsafe zmq_ctx_new() else { throw TransportFailure("starting ZeroMQ") }
    unsafe self.handle = handle
    self.keys = keys
  }

  // The handle is valid until here, and nothing else terminates it.
  deinit { unsafe zmq_ctx_term(handle) }
}

/// A CURVE key pair shared by all processes of a pipeline: a process that has the file may take part.
package struct CurveKeys: Sendable {
  package let publicKey: String
  package let secretKey: String

  /// Makes a new pair.
  ///
  /// - Throws: `TransportFailure` if libzmq is built without CurveZMQ.
  package static func generate() throws(TransportFailure) -> Self {
    var publicKey = [CChar](repeating: 0, count: 41)
    var secretKey = [CChar](repeating: 0, count: 41)
    // libzmq writes 40 characters and a NUL to each.
    guard unsafe zmq_curve_keypair(&publicKey, &secretKey) == 0 else {
      throw TransportFailure("making a key pair")
    }
    return Self(publicKey: text(publicKey), secretKey: text(secretKey))
  }

  /// Reads what `description` wrote: the public key and the secret one, a line each.
  package init?(parsing text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    guard lines.count == 2, lines.allSatisfy({ $0.utf8.count == 40 }) else { return nil }
    self.init(publicKey: lines[0], secretKey: lines[1])
  }

  private init(publicKey: String, secretKey: String) {
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  package var text: String { "\(publicKey)\n\(secretKey)\n" }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
