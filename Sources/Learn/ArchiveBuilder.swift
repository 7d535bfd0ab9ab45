import Bytes
import Classifier
import Wire

/// Makes a resource archive of what a store has learnt: one that merc and the reference accept.
///
/// The same counts give the same bytes.
package struct ArchiveBuilder {
  /// What goes into the archive, and what does not.
  package struct Options: Sendable {
    package enum Label: String, CaseIterable, Sendable { case process, parent }

    /// Whether processes go under their own name, or under that and their parent's.
    package var label = Label.process
    /// A process that sent a fingerprint less often is left out.
    package var minCount: Int64 = 1
    /// How many processes of a fingerprint are kept at most, the most frequent first.
    package var top = Int.max
    /// The names and the hashes of processes that are malware.
    package var malware: Set<String> = []
    /// Destinations that are not to be in the archive: neither addresses, with the systems that
    /// they belong to and the server names that spell them, nor names, with their domains.
    package var dropsAddresses = false
    package var dropsNames = false
    /// `2026.01.31; 1.0.full`: exactly one semicolon.
    package var version = ""
    /// `pyasn.db`, from which the numbers of systems come too.
    package var prefixes: [UInt8] = []
    package var encryptedDNS: [UInt8]?
    package var domainMappings: [UInt8] = []

    package init() {}
  }

  /// What became of what was learnt.
  package struct Account: Equatable, Sendable {
    package var fingerprints = 0
    package var processes = 0
    package var messages: Int64 = 0
    /// Processes of fingerprints that were too rare.
    package var leftOut = 0
    /// Fingerprints that no archive can hold: of another kind, or longer than 8191 bytes.
    package var unfit = 0
  }

  private let options: Options
  private let routes: RoutingTable
  private var account = Account()
  private var lines: [UInt8] = []
  private var prevalence: [(fingerprint: String, count: Int64)] = []
  private var forms = FingerprintForms()

  /// How many TLS fingerprints are listed as frequent.
  static let maxPrevalent = 1000
  static let maxFingerprint = 8191
  private static let types = Set(FingerprintType.all.map { "\($0.name)" })
  /// The type whose prevalence an archive lists.
  private static let prevalentType = "\(FingerprintType.tls.name)"

  /// Reads the prefixes that the options give.
  ///
  /// - Throws: `ArchiveFailure` at the first line of them that is not a network and its number.
  package init(_ options: Options) throws(ArchiveFailure) {
    self.options = options
    routes = try RoutingTable(parsing: options.prefixes.span)
  }

  /// Writes the archive of a store to `path`.
  ///
  /// - Throws: `LearnFailure` if nothing is left of the store or two forms of a fingerprint occur,
  ///   `ArchiveFailure` if the file cannot be written, and SQLite's `DatabaseError`.
  package mutating func build(_ store: LearnStore, to path: String) throws -> Account {
    var writer = try ArchiveWriter(creating: path)
    let label = options.label
    try store.forEachFingerprint { process, parent in
      label == .process ? process : "(\(parent.isEmpty ? "Unknown" : parent))(\(process))"
    } _: { fingerprint, entries in
      try add(fingerprint, entries)
    }
    guard account.fingerprints > 0 else {
      throw LearnFailure("nothing is left to make an archive of")
    }
    prevalence.sort { ($1.count, $1.fingerprint) < ($0.count, $0.fingerprint) }
    let frequent = prevalence.prefix(Self.maxPrevalent).map { $0.fingerprint + "\n" }.joined()
    for (member, content) in [
      ("VERSION", Array(options.version.utf8)), ("fingerprint_db.json", lines),
      ("fp_prevalence_tls.txt", Array(frequent.utf8)),
      ("pyasn.db", networks),
      ("doh-watchlist.txt", options.encryptedDNS ?? Array(Self.resolvers.utf8)),
      ("domain-mappings.db", options.domainMappings),
    ] {
      try writer.add(member, content.span)
    }
    try writer.finish()
    return account
  }

  /// The prefixes; where none is of IPv4, with one that belongs to no network.
  private var networks: [UInt8] {
    var networks = options.prefixes
    if !networks.contains(UInt8(ascii: ".")) {
      if networks.last ?? 10 != UInt8(ascii: "\n") { networks.append(UInt8(ascii: "\n")) }
      networks += Array(Self.noSystem.utf8)
    }
    return networks
  }

  // MARK: Fingerprints

  private mutating func add(_ fingerprint: String, _ all: [LearnStore.Entry]) throws {
    let type = String(fingerprint.prefix { $0 != "/" })
    guard Self.types.contains(type), fingerprint.utf8.count <= Self.maxFingerprint else {
      account.unfit += 1
      return
    }
    var entries = all.filter { $0.count >= options.minCount }
    account.leftOut += all.count - entries.count
    entries.sort { ($1.count, $0.label) < ($0.count, $1.label) }
    if entries.count > options.top {
      account.leftOut += entries.count - options.top
      entries.removeLast(entries.count - options.top)
    }
    guard !entries.isEmpty else { return }
    let total = entries.reduce(0) { $0 + $1.count }
    let line = DatabaseEntry(
      str_repr: fingerprint, fp_type: type, total_count: total,
      process_info: entries.map { process($0) })
    if let other = forms.note(line) {
      throw LearnFailure(
        "fingerprints of two forms, \(other.form) and \(line.form), are among the sources; an archive "
          + "holds one of each type: record with one --format, or build from those alone")
    }
    lines += try line.line()
    if type == Self.prevalentType { prevalence.append((fingerprint, total)) }
    account.fingerprints += 1
    account.processes += entries.count
    account.messages += total
  }

  private func process(_ entry: LearnStore.Entry) -> DatabaseEntry.Process {
    var domains: [String: Int64] = [:]
    var systems: [String: Int64] = [:]
    var names = options.dropsNames ? [:] : entry.values[.serverName] ?? [:]
    if options.dropsAddresses { names = names.filter { !Self.spellsAddress($0.key) } }
    let addresses = options.dropsAddresses ? [:] : entry.values[.address] ?? [:]
    for (name, count) in names { domains[Self.domain(of: name), default: 0] += count }
    for (text, count) in addresses where !options.prefixes.isEmpty {
      let bytes = Array(text.utf8)
      guard let address = IPAddress(parsing: bytes.span) else { continue }
      let system = routes.system(of: address.bits, isIPv6: address.isIPv6)
      systems[system == 0 ? "unknown" : "\(system)", default: 0] += count
    }
    return DatabaseEntry.Process(
      process: entry.label, count: entry.count, sha256: entry.hash,
      malware: options.malware.contains(entry.label) || options.malware.contains(entry.hash),
      classes_ip_as: systems, classes_hostname_domains: domains,
      classes_port_port: entry.values[.port] ?? [:], classes_ip_ip: addresses,
      classes_hostname_sni: names, classes_user_agent: entry.values[.userAgent] ?? [:],
      os_info: entry.values[.os] ?? [:])
  }

  /// The registered domain of a server name, as it is looked up.
  private static func domain(of name: String) -> String {
    var identifier = Buffer(capacity: 256)
    let bytes = Array(name.utf8)
    identifier.append(serverIdentifier: bytes.span)
    return String(decoding: identifier.bytes.registeredDomain)
  }

  /// Whether a server is named by its address.
  private static func spellsAddress(_ name: String) -> Bool {
    domain(of: name) == "address.alt"
  }

  /// A prefix that belongs to no network: the reference ends with a signal where there is none at all.
  private static let noSystem = "240.0.0.0/4\t0\n"

  /// Public resolvers that take encrypted DNS, by address and by name, as their operators publish them.
  private static let resolvers = """
    1.1.1.1
    1.0.0.1
    2606:4700:4700::1111
    2606:4700:4700::1001
    one.one.one.one
    cloudflare-dns.com
    mozilla.cloudflare-dns.com
    8.8.8.8
    8.8.4.4
    2001:4860:4860::8888
    2001:4860:4860::8844
    dns.google
    9.9.9.9
    149.112.112.112
    2620:fe::fe
    2620:fe::9
    dns.quad9.net
    208.67.222.222
    208.67.220.220
    doh.opendns.com
    94.140.14.14
    94.140.15.15
    dns.adguard-dns.com
    doh.cleanbrowsing.org
    dns.nextdns.io

    """
}
