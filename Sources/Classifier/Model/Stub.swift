import Bytes
import Wire

package final class ResourceArchive: Sendable {
  package let version = ""
  package let digest = ""
  package let formats = FingerprintFormats()
  package static func load(_ path: String, options: LoadOptions) throws(ArchiveFailure)
    -> ResourceArchive
  { ResourceArchive() }
}
package struct Subject: ~Escapable {
  package let fingerprint: Span<UInt8>
  package let serverName: Span<UInt8>
  package let userAgent: Span<UInt8>
  @_lifetime(copy fingerprint, copy serverName, copy userAgent)
  package init(
    fingerprint: Span<UInt8>, serverName: Span<UInt8>, userAgent: Span<UInt8>,
    destination: UInt128, isIPv6: Bool, port: UInt16
  ) {
    self.fingerprint = fingerprint
    self.serverName = serverName
    self.userAgent = userAgent
  }
}
package struct Classifier: ~Copyable {
  package struct Report: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let operatingSystems = Self(rawValue: 1)
    package static let explanation = Self(rawValue: 2)
    package static let resourcesVersion = Self(rawValue: 4)
  }
  package enum Outcome { case notEligible, settled, dependsOnOrder }
  package init(_ archive: ResourceArchive, reports: Report) {}
  package mutating func analyze(
    _ subject: borrowing Subject, attributes: Attributes, first: inout RecordWriter,
    later: inout RecordWriter
  ) -> Outcome { .notEligible }
}
extension LoadOptions {
  package static func key(in path: String) throws(ArchiveFailure) -> [UInt8] { [] }
}
