import Foundation
import Glibc

/// One of merc's programs, run as a process of its own from the directory the tests were built in.
///
/// `MERC_BUILD=release` takes the programs of that build instead. A process that is still there
/// when the test lets go of it is killed.
package final class Program: @unchecked Sendable {
  package enum Input {
    case none
    case file(String)
    case pipe(FileHandle)
  }

  package enum End: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// It was still running when its time was up, and was killed.
    case timedOut
  }

  package struct Result: Sendable {
    package let end: End
    package let output: Data
    package let errors: String

    package var status: Int32? { if case .exited(let status) = end { status } else { nil } }

    /// The lines of the output; the last one is empty where all are complete.
    package var lines: [Substring] {
      String(decoding: output, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// A count of the ledger that `-v` prints.
    package func ledger(_ name: String) -> Int? {
      for line in errors.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let last = words.last, words.dropLast().joined(separator: " ") == name else {
          continue
        }
        return Int(last)
      }
      return nil
    }

    package var isExact: Bool { errors.contains("every packet accounted for") }
  }

  /// Where the programs are.
  package static let directory: String = {
    let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    var build = test.deletingLastPathComponent()
    if let other = ProcessInfo.processInfo.environment["MERC_BUILD"] {
      build = build.deletingLastPathComponent().appendingPathComponent(other)
    }
    return build.path
  }()

  private let process = Process()
  private let outputFile: ScratchFile
  private let errorFile: ScratchFile

  /// Starts the program.
  ///
  /// Its output goes to a file, unless a descriptor is given for it.
  package init(
    _ name: String, _ arguments: [String], input: Input = .none, output: FileHandle? = nil,
    environment: [String: String] = [:]
  ) throws {
    outputFile = try ScratchFile([], named: "output")
    errorFile = try ScratchFile([], named: "errors")
    let isPath = name.hasPrefix("/")
    process.executableURL = URL(fileURLWithPath: isPath ? name : "\(Self.directory)/\(name)")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    switch input {
    case .none: process.standardInput = FileHandle.nullDevice
    case .file(let path): process.standardInput = FileHandle(forReadingAtPath: path)
    case .pipe(let handle): process.standardInput = handle
    }
    process.standardOutput = output ?? FileHandle(forWritingAtPath: outputFile.path)
    process.standardError = FileHandle(forWritingAtPath: errorFile.path)
    try process.run()
  }

  deinit { if process.isRunning { _ = kill(process.processIdentifier, SIGKILL) } }

  package var id: Int32 { process.processIdentifier }
  package var isRunning: Bool { process.isRunning }
  package var output: Data { FileManager.default.contents(atPath: outputFile.path) ?? Data() }
  package var errors: String {
    String(decoding: FileManager.default.contents(atPath: errorFile.path) ?? Data(), as: UTF8.self)
  }

  package func signal(_ number: Int32) { if process.isRunning { _ = kill(id, number) } }

  /// Waits for the end, at most this long.
  package func wait(seconds: Double = 30) -> Result {
    let isOver = eventually(within: seconds) { !self.process.isRunning }
    if !isOver { _ = kill(id, SIGKILL) }
    process.waitUntilExit()
    let end: End =
      !isOver
      ? .timedOut
      : process.terminationReason == .exit
        ? .exited(process.terminationStatus) : .signalled(process.terminationStatus)
    return Result(end: end, output: output, errors: errors)
  }

  /// Runs a program to its end.
  package static func run(
    _ name: String, _ arguments: [String], input: Input = .none, output: FileHandle? = nil,
    environment: [String: String] = [:], seconds: Double = 30
  ) throws -> Result {
    try Program(name, arguments, input: input, output: output, environment: environment)
      .wait(seconds: seconds)
  }
}

/// Whether a condition comes to hold in time.
package func eventually(within seconds: Double, _ condition: () -> Bool) -> Bool {
  let end = Date() + seconds
  while !condition() {
    if Date() >= end { return condition() }
    usleep(3000)
  }
  return true
}

/// What the system tells of processes.
package enum ProcessTable {
  /// The children of a process whose program has this name; all of them without one.
  package static func children(of parent: Int32, named name: String? = nil) -> [Int32] {
    all().filter { $0.parent == parent && (name == nil || $0.name == name) }.map(\.id)
  }

  /// The processes, zombies excepted, on whose command line this text stands.
  package static func mentioning(_ text: String) -> [Int32] {
    all().map(\.id).filter { id in
      let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
      return String(decoding: line, as: UTF8.self).contains(text)
    }
  }

  /// The paths of the files that a process has open.
  package static func files(openIn id: Int32) -> [String] {
    let folder = "/proc/\(id)/fd"
    let files = FileManager.default
    let descriptors = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    return descriptors.compactMap {
      try? files.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }

  /// The most memory that a process has had resident, in bytes.
  package static func peakMemory(of id: Int32) -> Int? {
    let status = FileManager.default.contents(atPath: "/proc/\(id)/status") ?? Data()
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("VmHWM:") {
      return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 << 10 }
    }
    return nil
  }

  /// The fields of `/proc/PID/status`, or of one of the process's threads: words by name.
  package static func status(of id: Int32, thread: String? = nil) -> [String: [String]] {
    let place = thread.map { "/proc/\(id)/task/\($0)/status" } ?? "/proc/\(id)/status"
    let text = String(
      decoding: FileManager.default.contents(atPath: place) ?? Data(), as: UTF8.self)
    var fields: [String: [String]] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[String(parts[0])] = parts[1].split(whereSeparator: \.isWhitespace).map(String.init)
    }
    return fields
  }

  private static func all() -> [(id: Int32, parent: Int32, name: String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap { id in
      let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") ?? Data()
      let text = String(decoding: data, as: UTF8.self)
      guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else {
        return nil
      }
      let fields = text[text.index(after: close)...].split(separator: " ")
      guard fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1]) else { return nil }
      return (id, parent, String(text[text.index(after: open)..<close]))
    }
  }
}

/// A directory that is gone when the test is.
package final class ScratchDirectory: Sendable {
  package let path: String

  package init() throws {
    path = "/tmp/merc-t\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Everything in it, folders included.
  package var contents: [String] {
    FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }.sorted() ?? []
  }
}
