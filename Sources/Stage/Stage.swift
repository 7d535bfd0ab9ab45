import ArgumentParser
import Transport

/// What all stage programs do alike.
package enum Stage {
  /// Runs a stage; a failure becomes one line on standard error and the exit status.
  package static func run(_ name: String, _ body: () throws(StageFailure) -> Void) throws {
    do throws(StageFailure) {
      try body()
    } catch {
      if !error.description.isEmpty { Surroundings.report(error.description) }
      throw ExitCode(error.status)
    }
  }

  /// ZeroMQ's context, with the keys of a key file where one is named.
  package static func context(key path: String?) throws -> SocketContext {
    guard let path else { return try SocketContext() }
    guard let text = Surroundings.contents(of: path), let keys = CurveKeys(parsing: text) else {
      throw ValidationError("\(path): not a key file; make one with 'merc keygen \(path)'")
    }
    return try SocketContext(keys: keys)
  }
}

/// Which merc this is.
package enum Release {
  package static let version = "0.1.0"
}
