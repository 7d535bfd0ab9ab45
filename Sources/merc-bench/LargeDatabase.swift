import Foundation

/// A made-up resource archive of the size of real ones, the same each time.
///
/// Few fingerprints are sent by hundreds of processes and most by a handful; names, addresses and
/// processes occur again and again, the more the lower their number.
struct LargeDatabase {
  private var random = Draw(state: 1)
  private let fingerprints: Int

  init(fingerprints: Int) { self.fingerprints = fingerprints }

  /// A number generator with a seed: SplitMix64.
  struct Draw {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }

    /// A number below `bound`; small ones are likelier.
    mutating func skewed(_ bound: Int) -> Int {
      let unit = Double(next() >> 11) / Double(1 << 53)
      return min(bound - 1, Int(unit * unit * unit * Double(bound)))
    }
  }

  /// Writes the archive's members into a folder.
  mutating func write(to folder: String) throws {
    let place = URL(fileURLWithPath: folder, isDirectory: true)
    try Data("2026.01.01; 1.0.full\n".utf8).write(to: place.appending(path: "VERSION"))
    try Data().write(to: place.appending(path: "fp_prevalence_tls.txt"))
    let routes = (0..<46_080).map { "\(Self.network($0)).0.0/16 \(1 + $0)\n" }
    try Data(routes.joined().utf8).write(to: place.appending(path: "pyasn.db"))
    let database = place.appending(path: "fingerprint_db.json")
    try Data().write(to: database)
    let file = try FileHandle(forWritingTo: database)
    defer { try? file.close() }
    var text = ""
    for number in 0..<fingerprints {
      appendLine(number, to: &text)
      guard text.utf8.count > 1 << 20 || number == fingerprints - 1 else { continue }
      try file.write(contentsOf: Data(text.utf8))
      text = ""
    }
  }

  private mutating func appendLine(_ number: Int, to text: inout String) {
    let name = Self.fingerprint(number)
    let kind = random.below(1000)
    let processes =
      switch kind {
      case ..<700: 1 + random.below(4)
      case ..<950: 5 + random.below(15)
      case ..<995: 20 + random.below(80)
      default: 100 + random.below(400)
      }
    var count = 1_000_000 / (1 + number)
    var lines: [String] = []
    for _ in 0..<processes {
      count = max(1, count * 3 / 4)
      lines.append(process(count))
    }
    text += #"{"str_repr": "\#(name)", "fp_type": "\#(name.prefix { $0 != "/" })", "#
    text += #""total_count": \#(max(4_000_000 / (1 + number), processes)), "#
    text += #""process_info": [\#(lines.joined(separator: ", "))]}"# + "\n"
  }

  /// The text of a fingerprint, by its number.
  static func fingerprint(_ number: Int) -> String {
    var random = Draw(state: UInt64(number))
    var suites = ""
    for _ in 0..<(8 + random.below(30)) { suites += Self.hex(0xc000 + random.below(180)) }
    var extensions = ""
    for _ in 0..<(6 + random.below(12)) { extensions += "(\(Self.hex(random.below(52))))" }
    return number % 5 == 4
      ? "http/(474554)(485454502f312e31)(\(extensions)(\(hex(number))))"
      : "tls/1/(0303)(\(suites))[\(extensions)(\(hex(number)))]"
  }

  private static func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private mutating func process(_ count: Int) -> String {
    var (systems, ports, addresses, domains, servers) = ("", "", "", "", "")
    for _ in 0..<(1 + random.skewed(12)) { append(String(1 + random.skewed(60_000)), to: &systems) }
    for _ in 0..<(1 + random.skewed(4)) {
      append(["443", "80", "8443", "853", "8080"][random.skewed(5)], to: &ports)
    }
    for _ in 0..<(1 + random.skewed(24)) {
      append(Self.address(random.skewed(400_000)), to: &addresses)
      let server = random.skewed(300_000)
      append(Self.server(server), to: &servers)
      append(Self.domain(server), to: &domains)
    }
    return #"{"process": "process-\#(random.skewed(5000)).exe", "count": \#(count), "sha256": "#
      + #""\#(String(repeating: "0123456789ABCDEF", count: 4))", "attributes": "#
      + #"{"evasive_vpn": false, "malware": false, "remote_access_tool": false}, "#
      + #""malware": false, "classes_ip_as": {\#(systems)}, "classes_hostname_domains": "#
      + #"{\#(domains)}, "classes_port_port": {\#(ports)}, "classes_ip_ip": {\#(addresses)}, "#
      + #""classes_hostname_sni": {\#(servers)}, "classes_user_agent": {}, "#
      + #""os_info": {"cpe:2.3:o:example:os:\#(random.below(9))": \#(count)}}"#
  }

  private mutating func append(_ value: String, to members: inout String) {
    members += "\(members.isEmpty ? "" : ", ")\"\(value)\": \(1 + random.skewed(5000))"
  }

  /// The first two numbers of an address.
  private static func network(_ number: Int) -> String {
    "\(20 + number % 180).\(number / 180 % 256)"
  }

  private static func address(_ number: Int) -> String {
    "\(network(number)).\(number / 46_080 % 256).7"
  }

  private static func domain(_ server: Int) -> String { "example-\(server / 5).com" }

  private static func server(_ number: Int) -> String {
    "\(["www", "api", "cdn", "mail", "login"][number % 5]).\(domain(number))"
  }
}
