import Bytes

/// Which process sent a message, as recorded on the machine itself: by the reference's monitor, or by
/// `merc learn`.
package struct GroundTruth: Equatable, Sendable {
  /// Empty where only the process's number was known.
  package var processName = ""
  /// SHA-256 of the executable, in hexadecimal digits.
  package var processHash = ""
  package var processPath = ""
  package var parentName = ""
  package var os = ""
  package var osVersion = ""

  package init() {}

  init(_ json: inout JSONScanner) throws(JSONFault) {
    guard try json.kind() == .object else {
      try json.skip()
      return
    }
    try json.enterObject()
    while let key = try json.nextKey() {
      let member = Member(json.bytes(of: key))
      guard member != .other, try json.kind() == .string else {
        try json.skip()
        continue
      }
      let value = try json.text()
      let text = String(decoding: json.bytes(of: value))
      switch member {
      case .name: processName = text
      case .hash: processHash = text
      case .path: processPath = text
      case .parent: parentName = text
      case .os: os = text
      case .version: osVersion = text
      case .other: break
      }
    }
  }

  private enum Member {
    case name, hash, path, parent, os, version, other

    init(_ key: Span<UInt8>) {
      if key.equals("process_name") {
        self = .name
      } else if key.equals("process_hash") {
        self = .hash
      } else if key.equals("process_path") {
        self = .path
      } else if key.equals("parent_name") {
        self = .parent
      } else if key.equals("os") {
        self = .os
      } else {
        self = key.equals("os_version") ? .version : .other
      }
    }
  }
}
