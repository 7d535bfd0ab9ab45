import FoundationEssentials
import Stage
import Transport

/// The private directory of one run's endpoints: `<base>/<pid>`, for this user only.
///
/// `merc tap` finds running pipelines here. What a killed run left is swept by the next one.
struct RuntimeDirectory {
  let path: String

  /// The directory that holds one directory per running pipeline of this user.
  static var base: String {
    let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
    if let runtime, !runtime.isEmpty, runtime.utf8.count < 60 { return "\(runtime)/merc" }
    return "/tmp/merc-\(Surroundings.userID)"
  }

  init() throws(StageFailure) {
    let files = FileManager.default
    let mine: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    do {
      try files.createDirectory(
        atPath: Self.base, withIntermediateDirectories: true, attributes: mine)
      let attributes = try files.attributesOfItem(atPath: Self.base)
      let owner = attributes[.ownerAccountID] as? UInt
      guard attributes[.type] as? FileAttributeType == .typeDirectory,
        owner == nil || owner == UInt(Surroundings.userID)
      else { throw StageFailure("\(Self.base) is not this user's directory", status: 73) }
      try files.setAttributes(mine, ofItemAtPath: Self.base)
      Self.sweep()
      path = "\(Self.base)/\(Surroundings.processID)"
      try files.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: mine)
    } catch let failure as StageFailure {
      throw failure
    } catch {
      throw StageFailure("cannot make a private directory in \(Self.base): \(error)", status: 73)
    }
  }

  /// Copies a resource archive here, so that every process of the run gets the same bytes whatever
  /// becomes of the file.
  func copy(archive: String, for program: String) throws(StageFailure) -> String {
    try Self.copy(archive: archive, to: path, for: program)
  }

  static func copy(archive: String, to directory: String, for program: String)
    throws(StageFailure) -> String
  {
    let files = FileManager.default
    var isDirectory = false
    guard files.fileExists(atPath: archive, isDirectory: &isDirectory), !isDirectory else {
      throw StageFailure(
        "\(program): \(archive): \(isDirectory ? "is a directory" : "no such file"), not an archive"
      )
    }
    let name = "\(Surroundings.archiveCopyPrefix)\(Surroundings.newEpoch())"
    let copy = "\(directory)/\(name)"
    do { try files.copyItem(atPath: archive, toPath: copy) } catch {
      throw StageFailure("\(program): \(archive): cannot be read or copied: \(error)")
    }
    return copy
  }

  /// Whether the sink is at work.
  var hasSink: Bool {
    FileManager.default.fileExists(atPath: String(sinkTap.dropFirst("ipc://".count)))
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// The pipelines that are running, by process number.
  static var running: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    return names.compactMap { Int32($0) }.filter { Surroundings.isAlive($0) }.sorted()
  }

  /// Removes what runs left whose processes are all gone.
  private static func sweep() {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: base)) ?? [] {
      guard let pid = Int32(name), !Surroundings.isAlive(pid) else { continue }
      try? files.removeItem(atPath: "\(base)/\(name)")
    }
  }

  var line: String { "ipc://\(path)/line" }
  /// Where each of several captures is; the first one is where everybody reports to.
  func line(ofCapture member: Int) -> String { member == 1 ? line : "\(line)-\(member)" }
  func tap(ofCapture member: Int) -> String {
    "ipc://\(path)/capture\(member == 1 ? "" : "-\(member)").tap"
  }
  var sinkTap: String { "ipc://\(path)/sink.tap" }

  /// Where capture is in the pipeline of a process.
  static func line(of pid: Int32) -> String { "ipc://\(path(of: pid))/line" }

  static func path(of pid: Int32) -> String { "\(base)/\(pid)" }
}
