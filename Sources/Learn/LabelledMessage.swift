import Bytes
import Classifier
import Wire

/// One labelled message: which process sent it with which fingerprint, and to where.
package struct LabelledMessage: Equatable, Sendable {
  package var fingerprint: String
  package var process: String
  package var hash: String
  package var path: String
  package var parent: String
  package var os: String
  package var address: String
  package var port: UInt16
  /// `None` where the client names no server.
  package var serverName: String
  /// `None` where its kind of message has one and this does not; empty where its kind has none.
  package var userAgent: String

  package init(
    fingerprint: String, process: String, hash: String = "", path: String = "",
    parent: String = "", os: String = "", address: String, port: UInt16,
    serverName: String = "None", userAgent: String = ""
  ) {
    self.fingerprint = fingerprint
    self.process = process
    self.hash = hash
    self.path = path
    self.parent = parent
    self.os = os
    self.address = address
    self.port = port
    self.serverName = serverName
    self.userAgent = userAgent
  }

  /// What a record says; `nil` where it is not labelled, or has no fingerprint that is classified.
  package init?(_ record: borrowing RecordLine) {
    guard let truth = record.groundTruth, !truth.processName.isEmpty,
      let subject = record.subject
    else { return nil }
    let text = String(decoding: subject.fingerprint)
    let serverName = String(decoding: subject.serverName)
    let userAgent = String(decoding: subject.userAgent)
    let hasAgent = ["http/", "ssh/", "stun/"].contains { text.hasPrefix($0) }
    var address = Buffer(capacity: 48)
    if subject.isIPv6 {
      address.append(ipv6: subject.destination)
    } else {
      address.append(ipv4: UInt32(truncatingIfNeeded: subject.destination))
    }
    self.init(
      fingerprint: text, process: truth.processName, hash: truth.processHash.uppercased(),
      path: truth.processPath, parent: truth.parentName,
      os: truth.os.isEmpty ? "" : "\(truth.os) \(truth.osVersion)",
      address: String(decoding: address.bytes),
      port: subject.port, serverName: serverName.isEmpty ? "None" : serverName,
      userAgent: userAgent.isEmpty ? hasAgent ? "None" : "" : userAgent)
  }
}
