import ArgumentParser
import Transport

/// What all stage programs do alike.
package enum Stage {
  /// Runs a stage; a failure becomes one line on standard error and the exit status.
  ///
  /// A stage that `merc` started, whose `parent` is named, leaves no trace of the run when `merc`
  /// itself is no longer there to do so: the last process to end removes the directory of `endpoint`.
  ///
  /// It has no use for privileges that its user has not, unless it `opensInterfaces`.
  ///
  /// - Throws: `ExitCode` with the failure's status; where capture or `merc` has gone, the process ends here
  ///   instead.
  package static func run(
    at endpoint: String = "", parent: UInt32? = nil, opensInterfaces: Bool = false,
    _ body: () throws(StageFailure) -> Void
  ) throws {
    Privileges.forgoNew()
    if !opensInterfaces { Privileges.dropCapabilities() }
    do throws(StageFailure) {
      try body()
    } catch {
      if !error.description.isEmpty { Host.report(error.description) }
      guard error.status == StageFailure.deserted else { throw ExitCode(error.status) }
      if parent != nil { tidyUp(endpoint) }
      // The peers that might still get a message have gone too: ZeroMQ need not wait for them.
      Host.leave(status: error.status)
    }
  }

  private static func tidyUp(_ endpoint: String) {
    if let directory = Endpoint(endpoint).directory { Host.removeDirectory(directory) }
  }

  /// ZeroMQ's context, with the keys of a key file where one is named.
  ///
  /// - Throws: `ValidationError` if the file holds no keys, `TransportFailure` if ZeroMQ cannot start.
  package static func context(key path: String?) throws -> SocketContext {
    guard let path else { return try SocketContext() }
    guard let text = Host.contents(of: path), let keys = CurveKeys(parsing: text) else {
      throw ValidationError("\(path): not a key file; make one with 'merc keygen \(path)'")
    }
    return try SocketContext(keys: keys)
  }
}

/// Which merc this is.
package enum Release {
  package static let version = "0.1.0"

  package static let license = """
    merc \(version)

    Licensed under the Apache License, Version 2.0 (the "License"); you may not use this program except
    in compliance with the License. You may obtain a copy of the License at

        https://www.apache.org/licenses/LICENSE-2.0

    Unless required by applicable law or agreed to in writing, software distributed under the License is
    distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
    implied. See the License for the specific language governing permissions and limitations under the
    License.
    """
}
