import Bytes
import Dissectors
import Packets
import Support
import Testing
import Wire

/// One TCP segment with data, and what the registry makes of it.
struct Segment {
  var payload: [UInt8]
  var sourcePort: UInt16 = 50000
  var destinationPort: UInt16 = 443
  var options: RecordOptions = .metadata
  var formats = FingerprintFormats()

  /// What was read of a segment: the first part of its record.
  struct Head: Equatable {
    var name: String
    var json: String
    /// How many bytes were cut off; the greatest number where that is not known.
    var missing: Int
    /// What the analyzer would take for the server's name.
    var serverName: String

    func fingerprint(_ type: String) -> String? {
      let start = "{\"fingerprints\":{\"\(type)\":\""
      guard json.hasPrefix(start) else { return nil }
      return String(json.dropFirst(start.count).prefix { $0 != "\"" })
    }

    /// What stands behind the fingerprint.
    var fields: String {
      guard let end = json.firstRange(of: "\"},"), json.hasPrefix("{\"fingerprints\"") else {
        return json
      }
      return "{" + json[end.upperBound...]
    }
  }

  /// The record of the first message that can be read, of those that the payload suggests.
  func read() throws -> Head? {
    var context = Context()
    context.flow.sourcePort = sourcePort
    context.flow.destinationPort = destinationPort
    var record = RecordWriter(options: options)
    var fingerprint = FingerprintWriter(formats: formats)
    var pieces = Pieces()
    let candidates = Identifier(.all).candidates(payload.span, .tcp, context.flow)
    for position in 0..<candidates.count {
      let dissector = registry[candidates[position]]
      record.reset()
      record.buffer.append(CBOR.mapStart)
      let verdict = dissector.dissect(payload.span, context, &record, &fingerprint, &pieces)
      guard case .reported(let missing, _) = verdict else { continue }
      record.buffer.append(CBOR.stop)
      return Head(
        name: dissector.profile.name, json: try record.json(), missing: missing.count,
        serverName: fact(.serverName, of: record))
    }
    return nil
  }

  private func fact(_ fact: Fact, of record: borrowing RecordWriter) -> String {
    let place = record.facts[fact]
    return record.buffer.bytes
      .extracting(Int(place.offset)..<Int(place.offset + place.count)).text
  }
}

/// Checks that no prefix of a sample says more than the sample, and that none of its changed
/// versions does harm.
func checkMutations(_ sample: Segment) throws {
  let whole = try #require(try sample.read())
  var mutant = sample
  try sample.payload.forEachDamage { payload, damage in
    mutant.payload = payload
    let head = try mutant.read()
    if damage == .cut { #expect((head?.json.count ?? 0) <= whole.json.count) }
  }
}

extension Missing {
  /// How many bytes were cut off; the greatest number where that is not known.
  var count: Int { if case .bytes(let count) = self { count } else { .max } }
}
