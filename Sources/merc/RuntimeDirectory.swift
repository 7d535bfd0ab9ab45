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
    let user = Host.userID
    var places = [Host.variable("XDG_RUNTIME_DIR") ?? ""]
    // What root's environment names is hardly that of the user that root is about to become.
    if Host.isLent { places.append("/run/user/\(user)") }
    let place = places.first { !$0.isEmpty && $0.utf8.count < 60 && isOwn($0) }
    return place.map { "\($0)/merc" } ?? "/tmp/merc-\(user)"
  }

  private static func isOwn(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let owner = attributes?[.ownerAccountID] as? UInt
    return attributes != nil && (owner == nil || owner == UInt(Host.userID))
  }

  init() throws(StageFailure) {
    let files = FileManager.default
    let mine: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    let base = Self.base
    do {
      try files.createDirectory(atPath: base, withIntermediateDirectories: true, attributes: mine)
      let attributes = try files.attributesOfItem(atPath: base)
      guard attributes[.type] as? FileAttributeType == .typeDirectory, Self.isOwn(base)
      else { throw StageFailure("merc: \(base) is not this user's directory", status: 73) }
      try files.setAttributes(mine, ofItemAtPath: base)
      Self.sweep(base)
      path = "\(base)/\(Host.processID)"
      try files.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: mine)
    } catch let failure as StageFailure {
      throw failure
    } catch {
      throw StageFailure("merc: cannot make a private directory in \(base): \(error)", status: 73)
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
    let name = "\(Host.archiveCopyPrefix)\(Host.newEpoch())"
    let copy = "\(directory)/\(name)"
    do { try files.copyItem(atPath: archive, toPath: copy) } catch {
      throw StageFailure("\(program): \(archive): cannot be read or copied: \(error)")
    }
    return copy
  }

  /// Whether a sink is at work: the primary one, or a secondary one, by its number.
  func hasSink(_ number: Int = 0) -> Bool {
    FileManager.default.fileExists(atPath: Endpoint(tap(ofSink: number)).path ?? "")
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// The pipelines that are running, by process number.
  static var running: [Int32] { pipelines(in: base).filter(Host.isAlive).sorted() }

  private static func pipelines(in base: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    return names.compactMap { Int32($0) }
  }

  /// Removes what runs left whose processes are all gone.
  private static func sweep(_ base: String) {
    for pid in pipelines(in: base) where !Host.isAlive(pid) {
      try? FileManager.default.removeItem(atPath: "\(base)/\(pid)")
    }
  }

  /// The endpoint of the first capture, which every other process connects to.
  var endpoint: String { Self.endpoint(in: path) }
  /// The endpoint of each of several captures; all processes report to the first.
  func endpoint(ofCapture member: Int) -> String {
    member == 1 ? endpoint : "\(endpoint)-\(member)"
  }
  func tap(ofCapture member: Int) -> String {
    Endpoint(path: "\(path)/capture\(member == 1 ? "" : "-\(member)").tap").text
  }
  /// Where the tap of a sink is: the primary one's, or that of a secondary one, counted from 1.
  func tap(ofSink number: Int) -> String {
    Endpoint(path: "\(path)/sink\(number == 0 ? "" : "-\(number)").tap").text
  }

  /// The endpoint of capture in the pipeline of a process.
  static func endpoint(of pid: Int32) -> String { endpoint(in: path(of: pid)) }

  private static func endpoint(in path: String) -> String {
    Endpoint(path: "\(path)/pipeline").text
  }

  static func path(of pid: Int32) -> String { "\(base)/\(pid)" }
}
