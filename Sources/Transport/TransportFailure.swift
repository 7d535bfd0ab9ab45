import CZeroMQ

/// A ZeroMQ call failed.
package struct TransportFailure: Error, CustomStringConvertible {
  package let code: CInt
  /// What was being done, and to what.
  package let operation: String

  init(_ operation: String) {
    code = zmq_errno()
    self.operation = operation
  }

  package var description: String {
    // zmq_strerror returns a static string for every code.
    let reason = unsafe String(cString: zmq_strerror(code))
    return "\(operation): \(reason)"
  }
}
