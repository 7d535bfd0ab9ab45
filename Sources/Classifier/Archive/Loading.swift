import Bytes

/// An archive while it is loaded: what its members have given so far, in whichever order they come.
struct Loading: ~Copyable {
  private let options: LoadOptions
  private var seen: Set<String> = []
  private(set) var version = ""
  private var database: FingerprintDatabaseBuilder?
  private var liteDatabase: FingerprintDatabaseBuilder?
  private(set) var prevalence = FingerprintSet()
  private(set) var routes = NetworkLists()
  private(set) var encryptedDNS: EncryptedDNSWatchlist?
  private var domains: DomainMappings.Builder?
  private(set) var warnings: [ArchiveFailure] = []
  private(set) var warningCount = 0

  /// How many warnings are kept.
  static let maxWarnings = 20

  init(_ options: LoadOptions) { self.options = options }

  mutating func read(
    _ member: ArchiveReader.Member, from reader: inout ArchiveReader
  ) throws(ArchiveFailure) {
    let name = member.name
    guard seen.insert(name).inserted else {
      throw ArchiveFailure("is in the archive twice", member: name)
    }
    switch name {
    case "VERSION": try readVersion(&reader)
    case "fingerprint_db.json":
      // The one that counts where both are there.
      liteDatabase = nil
      database = try readDatabase(name, &reader)
    case "fingerprint_db_lite.json":
      guard !seen.contains("fingerprint_db.json") else { break }
      liteDatabase = try readDatabase(name, &reader)
    case "fp_prevalence_tls.txt": while try reader.nextLine() { prevalence.add(reader.line) }
    case "pyasn.db": try readRoutes(name, &reader)
    case "doh-watchlist.txt": try readWatchlist(name, &reader)
    case "domain-mappings.db": try readDomains(name, &reader)
    default: break
    }
  }

  // MARK: Members

  private mutating func readVersion(_ reader: inout ArchiveReader) throws(ArchiveFailure) {
    while try reader.nextLine() {
      guard let text = try? UTF8Span(validating: reader.line) else {
        throw ArchiveFailure("is not UTF-8", member: "VERSION", line: reader.lineNumber)
      }
      version += String(copying: text)
    }
    guard version.count(where: { $0 == ";" }) == 1 else {
      throw ArchiveFailure(
        "is not a date and a qualifier, as in '2025.05.05; 2.0.full'", member: "VERSION", line: 1)
    }
  }

  private func readDatabase(
    _ name: String, _ reader: inout ArchiveReader
  ) throws(ArchiveFailure) -> FingerprintDatabaseBuilder {
    var builder = FingerprintDatabaseBuilder(options: options)
    while try reader.nextLine() {
      try builder.add(line: reader.line, number: reader.lineNumber, member: name)
    }
    return builder
  }

  private mutating func readRoutes(
    _ name: String, _ reader: inout ArchiveReader
  ) throws(ArchiveFailure) {
    while try reader.nextLine() {
      // pyasn writes its comments so.
      if reader.line.starts(with: ";") || reader.line.starts(with: "#") { continue }
      let complaint = RoutingTable.add(
        reader.line, to: &routes, skippingIPv6: options.minimizesMemory)
      warn(complaint, name, reader.lineNumber)
    }
  }

  private mutating func readWatchlist(
    _ name: String, _ reader: inout ArchiveReader
  ) throws(ArchiveFailure) {
    var list = EncryptedDNSWatchlist()
    while try reader.nextLine() { warn(list.add(reader.line), name, reader.lineNumber) }
    encryptedDNS = list
  }

  private mutating func readDomains(
    _ name: String, _ reader: inout ArchiveReader
  ) throws(ArchiveFailure) {
    var builder = DomainMappings.Builder()
    while try reader.nextLine() {
      do throws(JSONFault) {
        let complaint = try builder.add(reader.line, skippingIPv6: options.minimizesMemory)
        warn(complaint, name, reader.lineNumber)
      } catch {
        throw ArchiveFailure("\(error)", member: name, line: reader.lineNumber)
      }
    }
    domains = consume builder
  }

  /// Notes what is wrong with a line that is passed over.
  private mutating func warn(_ complaint: String?, _ member: String, _ line: Int) {
    guard let complaint else { return }
    warningCount += 1
    if warnings.count < Self.maxWarnings {
      warnings.append(ArchiveFailure("\(complaint); passed over", member: member, line: line))
    }
  }

  // MARK: The end

  /// Makes sure that everything is there which classification needs.
  func checkMembers() throws(ArchiveFailure) {
    for name in ["VERSION", "fingerprint_db.json", "fp_prevalence_tls.txt", "pyasn.db"]
    where !seen.contains(name) {
      if name == "fingerprint_db.json", seen.contains("fingerprint_db_lite.json") { continue }
      throw ArchiveFailure(
        "is missing: an archive needs VERSION, fingerprint_db.json, fp_prevalence_tls.txt and "
          + "pyasn.db (the last two may be empty)", member: name)
    }
  }

  mutating func takeDatabase() throws(ArchiveFailure) -> FingerprintDatabase {
    if let builder = database.take() { return try builder.finish() }
    if let builder = liteDatabase.take() { return try builder.finish() }
    throw ArchiveFailure("is missing", member: "fingerprint_db.json")
  }

  mutating func takeDomains() -> DomainMappings? {
    if let builder = domains.take() { return builder.finish() }
    return nil
  }
}
