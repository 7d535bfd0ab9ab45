import Bytes
import Files

/// Records on their way to one file or, with a rotation, to one file after the other.
///
/// A file is compressed where its name ends in .gz or .zst. No record is divided between two files. A file of a rotation is opened by its first record, so none is
/// empty; it is written under a temporary name beside its own, which it gets once it is complete and
/// closed (`OutputName`). Whatever ends the process, what has its own name is whole.
package struct OutputSeries: ~Copyable {
  private let name: OutputName
  private let rotation: Rotation
  /// What is written to now; `nil` between two files.
  private var file: OutputFile?
  /// How many records the file has.
  private var records: UInt64 = 0
  private var opened = ContinuousClock.now
  /// How many files have been begun.
  private var number: UInt64 = 0
  /// What stands at the beginning of every file, before its first record.
  ///
  /// It has to be known before the first record is written.
  package var header: [UInt8] = []
  /// Whether to give up waiting for the reader of a pipe.
  package var isAbandoned: () -> Bool = { false } {
    didSet { file?.isAbandoned = isAbandoned }
  }

  /// Writes to the file at `path`, which is emptied first; without one, or for `-`, to standard output.
  ///
  /// With a rotation, files are named after `path`; standard output has none.
  ///
  /// - Throws: `FileFailure` if the file cannot be created, or the files of a rotation cannot be.
  package init(path: String?, rotation: Rotation = Rotation()) throws(FileFailure) {
    if let path, path != "-" {
      let name = OutputName(path)
      if rotation.isWanted { try name.check() }
      self.init(
        name, rotation,
        rotation.isWanted ? nil : try OutputFile(creating: path, compression: name.compression))
    } else {
      self.init(OutputFile(descriptor: 1))
    }
  }

  /// Writes to this file and no other.
  package init(_ file: consuming OutputFile) {
    let name = OutputName(file.path)
    self.init(name, Rotation(), file)
  }

  private init(_ name: OutputName, _ rotation: Rotation, _ file: consuming OutputFile?) {
    self.name = name
    self.rotation = rotation
    self.file = file
  }

  // MARK: Writing

  /// Adds a record.
  ///
  /// - Throws: `FileFailure` if a file cannot be created, written or completed.
  package mutating func write(_ record: Span<UInt8>) throws(FileFailure) {
    if rotation.isWanted, file == nil { try begin() }
    try writeHeader()
    try file?.write(record)
    records += 1
    if records == rotation.records { try close() }
  }

  /// Adds the record in a buffer, which is empty then; nothing if it is empty.
  mutating func write(moving record: inout Buffer) throws(FileFailure) {
    guard !record.isEmpty else { return }
    defer { record.removeAll() }
    try write(record.bytes)
  }

  private mutating func writeHeader() throws(FileFailure) {
    let isNew = file?.wasEmpty == true
    guard records == 0, isNew, !header.isEmpty else { return }
    let header = header
    try file?.write(header.span)
  }

  /// Writes out what has been added.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package mutating func flush() throws(FileFailure) { try file?.flush() }

  /// Ends the file if its time is over.
  ///
  /// - Throws: `FileFailure` if it cannot be completed.
  package mutating func rotate(at now: ContinuousClock.Instant = .now) throws(FileFailure) {
    if let time = rotation.time, file != nil, now - opened >= time { try close() }
  }

  /// Goes on in a new file where the old one has been moved away: whole records are in either.
  ///
  /// A file that is still there is appended to. A file of a rotation ends, and the next one is begun by the
  /// next record. Pipes and what others opened stay as they are.
  ///
  /// - Throws: `FileFailure` if the old file cannot be completed or the new one opened.
  package mutating func reopen() throws(FileFailure) {
    if rotation.isWanted { return try close() }
    guard file?.canBeReopened == true else { return }
    try close()
    file = try OutputFile(
      appendingTo: name.path, compression: name.compression)
    file?.isAbandoned = isAbandoned
    records = 0
  }

  /// Completes what has been begun; nothing can be added from then on but to another file of a rotation.
  ///
  /// - Throws: `FileFailure` if it cannot be written or completed.
  package mutating func close() throws(FileFailure) {
    try writeHeader()
    try file.take()?.close()
  }

  private mutating func begin() throws(FileFailure) {
    file = try OutputFile(number: &number, compression: name.compression) { [name] number in
      name.file(number)
    }
    file?.isAbandoned = isAbandoned
    records = 0
    opened = .now
  }
}
