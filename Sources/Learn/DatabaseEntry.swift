import FoundationEssentials

/// A line of an archive's database, with what merc and the reference make use of; the members have
/// the reference's names (resources.md §3 of its rules).
package struct DatabaseEntry: Codable, Equatable, Sendable {
  /// What is known of one process that sends the fingerprint.
  package struct Process: Codable, Equatable, Sendable {
    package var process: String
    package var count: Int64
    package var sha256: String?
    package var malware: Bool?
    package var attributes: [String: Bool]?
    package var classes_ip_as: [String: Int64]
    package var classes_hostname_domains: [String: Int64]
    package var classes_port_port: [String: Int64]
    package var classes_ip_ip: [String: Int64]?
    package var classes_hostname_sni: [String: Int64]
    package var classes_user_agent: [String: Int64]?
    package var os_info: [String: Int64]?

    /// Adds what another archive knows of the same process.
    mutating func add(_ other: Process) {
      count += other.count
      sha256 = sha256 ?? other.sha256
      malware = (malware ?? false) || (other.malware ?? false)
      attributes = Self.sum(attributes, other.attributes) { $0 || $1 }
      classes_ip_as.merge(other.classes_ip_as, uniquingKeysWith: +)
      classes_hostname_domains.merge(other.classes_hostname_domains, uniquingKeysWith: +)
      classes_port_port.merge(other.classes_port_port, uniquingKeysWith: +)
      classes_ip_ip = Self.sum(classes_ip_ip, other.classes_ip_ip, +)
      classes_hostname_sni.merge(other.classes_hostname_sni, uniquingKeysWith: +)
      classes_user_agent = Self.sum(classes_user_agent, other.classes_user_agent, +)
      os_info = Self.sum(os_info, other.os_info, +)
    }

    private static func sum<Value>(
      _ one: [String: Value]?, _ other: [String: Value]?, _ add: (Value, Value) -> Value
    ) -> [String: Value]? {
      guard let one, let other else { return one ?? other }
      return one.merging(other, uniquingKeysWith: add)
    }
  }

  package var str_repr: String
  package var str_repr_array: [String]?
  package var fp_type: String?
  package var total_count: Int64
  package var process_info: [Process]
  /// Not encoded as other members are: the reference wants numbers with a fraction.
  package var feature_weights: [String: Double]?

  /// The type and the form of the fingerprint, as `tls/1`.
  package var form: String {
    let type = str_repr.prefix { $0 != "/" }
    let number = str_repr.dropFirst(type.count + 1).prefix { $0.isNumber }
    return number.isEmpty ? String(type) : "\(type)/\(number)"
  }

  /// Adds what another archive knows of the same fingerprint.
  package mutating func add(_ other: DatabaseEntry) {
    total_count += other.total_count
    feature_weights = feature_weights ?? other.feature_weights
    var places = Dictionary(
      process_info.enumerated().map { ($1.process, $0) }, uniquingKeysWith: { first, _ in first })
    for process in other.process_info {
      if let place = places[process.process] {
        process_info[place].add(process)
      } else {
        places[process.process] = process_info.count
        process_info.append(process)
      }
    }
  }

  /// Reads a line.
  ///
  /// - Throws: `DecodingError` if the line is not JSON with these members.
  package init(_ line: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(line))
  }

  package init(
    str_repr: String, fp_type: String, total_count: Int64, process_info: [Process]
  ) {
    self.str_repr = str_repr
    self.fp_type = fp_type
    self.total_count = total_count
    self.process_info = process_info
  }

  /// The line, with its end; the same entry gives the same bytes.
  ///
  /// - Throws: `EncodingError` if a number is not finite.
  package func line() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var plain = self
    plain.feature_weights = nil
    var line = [UInt8](try encoder.encode(plain))
    if let feature_weights {
      let members = feature_weights.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
      line.removeLast()
      line += Array(",\"feature_weights\":{\(members.joined(separator: ","))}}".utf8)
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }
}
