import Bytes
import Dissectors
import Packets
import Support
import Testing
import Wire

/// A message type by its name, tried on payloads alone, without identification.
struct Reading: Sendable {
  let name: String
  var options: RecordOptions = []
  var formats = FingerprintFormats()
  var flow = Flow()
  var network = Network()

  init(_ name: String, _ options: RecordOptions = []) {
    self.name = name
    self.options = options
    network.version = 4
    network.timeToLive = 64
    network.identification = 1
  }

  /// The record's head as JSON; `nil` where the payload is rejected.
  func json(_ payload: [UInt8]) throws -> String? {
    let dissector = try #require(registry.first { $0.profile.name == name })
    var context = Context()
    context.flow = flow
    context.network = network
    context.options = options
    var record = RecordWriter(options: options)
    var fingerprint = FingerprintWriter(formats: formats)
    var pieces = Pieces()
    guard case .reported = dissector.dissect(payload.span, context, &record, &fingerprint, &pieces)
    else {
      return nil
    }
    return try record.json()
  }

  /// How much is missing of what was read.
  func missing(_ payload: [UInt8]) throws -> Int? {
    let dissector = try #require(registry.first { $0.profile.name == name })
    var record = RecordWriter(options: options)
    var fingerprint = FingerprintWriter()
    var pieces = Pieces()
    switch dissector.dissect(payload.span, Context(), &record, &fingerprint, &pieces) {
    case .reported(let missing, _): return missing.count
    case .rejected: return nil
    }
  }

  func json(_ payload: String) throws -> String? { try json([UInt8](payload.utf8)) }

  /// Reads `payload` damaged in every way; whatever is read must print.
  func survive(_ payload: [UInt8]) throws {
    try payload.forEachDamage { damaged, _ in _ = try json(damaged) }
  }
}

/// All a record can hold of these protocols.
let everything: RecordOptions = [.metadata, .dnsJSON]
