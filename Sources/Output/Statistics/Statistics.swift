import Bytes
import Files
import Glibc
import Render
import Synchronization
import Wire

/// Counts what hosts were seen with, and writes it to a file every so often and at the end.
///
/// A file is written beside the work, from what is counted no more; the next waits for it.
package struct Statistics: ~Copyable {
  private let kinds: FingerprintKinds
  private let base: String
  private let limit: Int?
  private let interval: Duration?
  private var heading: StatisticsHeading
  private var table: StatisticsTable
  private var due: ContinuousClock.Instant?
  /// How many files have been begun, apart from the last.
  private var number: UInt64 = 0
  private var writing: StatisticsWriting?
  private var ignoredBefore: UInt64 = 0
  /// The texts of the record that is being counted.
  private var source = Buffer(capacity: 64)
  private var subject = Buffer(capacity: 512)

  /// Writes to `<base>.json.gz` at the end or, with an interval, to `<base>-<number>-<time>.json.gz`
  /// each time that is over; then the last file is named so too.
  ///
  /// `version` is this program's.
  ///
  /// - Throws: `FileFailure` if files cannot be created in its directory, or something other than a file is
  ///   there.
  package init(
    base: String, interval: Duration?, limit: Int? = nil, version: String,
    kinds: FingerprintKinds = .standard
  ) throws(FileFailure) {
    self.kinds = kinds
    self.base = base
    self.interval = interval
    self.limit = limit
    heading = StatisticsHeading(version: version)
    table = StatisticsTable(limit: limit)
    due = interval.map { .now + $0 }
    try OutputName(base).check()
  }

  /// The version of the archive that records are scored by, as far as is known.
  package var resourceVersion: String {
    get { heading.resourceVersion }
    set { heading.resourceVersion = newValue }
  }

  /// How many observations found no place within the limit.
  package var ignored: UInt64 { ignoredBefore + table.ignored }

  // MARK: Counting

  /// Counts what a record tells of its sender; nothing without addresses.
  package mutating func count(_ record: borrowing RecordItem) {
    guard let flow = record.flow else { return }
    var fingerprints = record.fingerprints
    var fingerprint = Span<UInt8>()
    while let number = fingerprints.next(&fingerprint) {
      guard let counting = kinds[number]?.counting, counting != .none else { continue }
      let isAnswer = counting == .receiver
      source.removeAll()
      source.append(address: isAnswer ? flow.destination : flow.source, isIPv6: flow.isIPv6)
      subject.removeAll()
      subject.append(UInt8(ascii: "("))
      if !isAnswer { subject.append(escaping: record.bytes(of: .serverName)) }
      subject.append(")(")
      subject.append(address: isAnswer ? flow.source : flow.destination, isIPv6: flow.isIPv6)
      subject.append(")(")
      subject.append(decimal: UInt64(isAnswer ? flow.sourcePort : flow.destinationPort))
      subject.append(UInt8(ascii: ")"))
      table.count(
        .fingerprint, of: source, fingerprint: fingerprint,
        userAgent: record.bytes(of: .userAgent), subject)
    }
    if record.facts.labels.count > 0 { count(record.labels, of: flow) }
  }

  /// A certificate names its device only inside a private network.
  private mutating func count(_ labels: consuming Labels, of flow: Flow) {
    source.removeAll()
    source.append(address: flow.source, isIPv6: flow.isIPv6)
    var name = Span<UInt8>()
    while let kind = labels.next(&name) {
      subject.removeAll()
      subject.append(name)
      switch kind {
      case .certificate:
        if flow.source.isPrivateAddress(isIPv6: flow.isIPv6) {
          table.count(.certificate, of: source, subject)
        }
      case .snmp: table.count(.snmp, of: source, subject)
      }
    }
  }

  // MARK: Files

  /// Writes what has been counted if the interval is over, and begins again from zero.
  ///
  /// - Throws: `FileFailure` if a file cannot be created, or the one before could not be written.
  package mutating func rotate(at now: ContinuousClock.Instant = .now) throws(FileFailure) {
    guard let due, let interval, now >= due, try isIdle() else { return }
    self.due = max(due + interval, now)
    try write(to: nextFile())
  }

  /// Writes what has not been written, and waits for the end of that.
  ///
  /// - Throws: `FileFailure` if a file cannot be created or written.
  package mutating func close() throws(FileFailure) {
    while try !isIdle() { usleep(2000) }
    if number == 0 {
      try write(to: OutputFile(replacing: "\(base)\(Self.suffix)", compression: .gzip))
    } else {
      try write(to: nextFile())
    }
    while try !isIdle() { usleep(2000) }
  }

  private static let suffix = ".json.gz"

  private mutating func nextFile() throws(FileFailure) -> sending OutputFile {
    try OutputFile(number: &number, compression: .gzip) { [base] number in
      "\(base)-\(String(number, radix: 16))-\(TimeStamp.local("%Y-%m-%d-%H-%M-%S"))\(Self.suffix)"
    }
  }

  private mutating func write(to file: consuming sending OutputFile) throws(FileFailure) {
    ignoredBefore += table.ignored
    writing = StatisticsWriting(table, under: heading, to: file)
    table = StatisticsTable(limit: limit)
  }

  /// Whether no file is being written; fails if that failed.
  private mutating func isIdle() throws(FileFailure) -> Bool {
    guard let writing else { return true }
    guard let outcome = writing.outcome else { return false }
    self.writing = nil
    try outcome.get()
    return true
  }
}

extension Buffer {
  fileprivate mutating func append(address: UInt128, isIPv6: Bool) {
    if isIPv6 {
      append(ipv6: address)
    } else {
      append(ipv4: UInt32(truncatingIfNeeded: address))
    }
  }
}
