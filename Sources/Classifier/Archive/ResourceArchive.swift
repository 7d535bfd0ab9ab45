import Bytes
import Wire

/// A resource archive in memory: what connections are classified by.
///
/// Never changes once it is loaded.
package final class ResourceArchive: Sendable {
  /// What the archive says of its age, as in `2025.05.05; 2.0.dual`.
  package let version: String
  /// SHA-256 of its file, in hexadecimal digits.
  package let digest: String
  /// What was passed over while it was loaded, the first of it; and how much in all.
  package let warnings: [ArchiveFailure]
  package let warningCount: Int
  package let database: FingerprintDatabase
  package let prevalence: FingerprintSet
  package let routes: RoutingTable
  package let encryptedDNS: EncryptedDNSWatchlist?
  package let domains: DomainMappings?

  /// The forms of fingerprints that it is made for.
  package var formats: FingerprintFormats { database.formats }

  /// One that knows nothing but a database, for tests.
  init(_ database: FingerprintDatabase, version: String = "") {
    self.database = database
    self.version = version
    (digest, warnings, warningCount) = ("", [], 0)
    prevalence = FingerprintSet()
    routes = RoutingTable(NetworkLists())
    (encryptedDNS, domains) = (nil, nil)
  }

  /// Loads the archive at `path`, all of it or not at all.
  ///
  /// - Throws: `ArchiveFailure` with the member and the line if the archive is damaged, lacks a member, or
  ///   one of them cannot be read.
  package static func load(_ path: String, options: LoadOptions = LoadOptions())
    throws(ArchiveFailure) -> ResourceArchive
  {
    var reader = try ArchiveReader(path: path, key: options.key)
    var loading = Loading(options)
    while let member = try reader.nextMember() {
      try loading.read(member, from: &reader)
    }
    return try ResourceArchive(loading, digest: reader.digest)
  }

  private init(_ loading: consuming Loading, digest: String) throws(ArchiveFailure) {
    self.digest = digest
    try loading.checkMembers()
    version = loading.version
    prevalence = loading.prevalence
    routes = RoutingTable(loading.routes)
    encryptedDNS = loading.encryptedDNS
    domains = loading.takeDomains()
    let (warnings, count) = (loading.warnings, loading.warningCount)
    database = try loading.takeDatabase()
    self.warnings = Array((warnings + database.warnings).prefix(Loading.maxWarnings))
    warningCount = count + database.warningCount
  }
}
