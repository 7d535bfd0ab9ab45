import Glibc

/// What a stage needs to know of the process that started it, and leaves behind.
package enum Host {
  package static var processID: UInt32 { UInt32(getpid()) }

  /// What tells this process from others of a pipeline: its number, or the host's name where every process
  /// has the same one, as in containers.
  package static var processName: String {
    guard processID == 1 else { return "\(processID)" }
    var name = [CChar](repeating: 0, count: 65)
    // Written within the array, whose last byte stays 0.
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "1" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  package static var parentID: UInt32 { UInt32(getppid()) }

  /// Removes a directory if it is empty but for copies of archives; the last to leave succeeds.
  package static func removeDirectory(_ path: String) {
    // The listing is read and closed here; each name is a terminated string until the next is read.
    if let directory = unsafe opendir(path) {
      while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name.hasPrefix(archiveCopyPrefix) { removeFile("\(path)/\(name)") }
      }
      unsafe closedir(directory)
    }
    // The C string lives for the call.
    _ = unsafe rmdir(path)
  }

  /// What the names of resource archives begin with that were copied into a pipeline's directory.
  package static let archiveCopyPrefix = "resources-"

  /// The path of a file that is named as seen from this program's directory, if it is there.
  package static func path(besideProgram place: String) -> String? {
    // realpath gives a string of its own, which is freed here; its arguments live for the calls.
    guard let program = unsafe realpath("/proc/self/exe", nil) else { return nil }
    defer { unsafe free(program) }
    let name = unsafe String(cString: program)
    guard let slash = name.lastIndex(of: "/"),
      let path = unsafe realpath("\(name[..<slash])/\(place)", nil)
    else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Removes a file, if it is there.
  package static func removeFile(_ path: String) { _ = unsafe unlink(path) }

  /// A number that two runs do not share.
  package static func newEpoch() -> UInt32 { UInt32.random(in: 1...UInt32.max) }

  /// Writes a line for the person at the terminal or in the log.
  package static func report(_ line: String) {
    var text = line + "\n"
    // Standard error may be closed; nothing is left to write to.
    text.withUTF8 { _ = unsafe write(2, $0.baseAddress, $0.count) }
  }

  /// A small file's text.
  package static func contents(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    // The array has as many bytes as read is told.
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Whether standard error is a terminal, where a line of progress can be shown.
  package static var hasTerminal: Bool { isatty(2) == 1 }

  /// Whether standard output is a terminal, where records and a line of progress would mix.
  package static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// Whether standard input is a terminal, which holds no capture.
  package static var inputIsTerminal: Bool { isatty(0) == 1 }

  /// Writes on standard error without ending the line.
  package static func show(_ text: String) {
    var text = text
    text.withUTF8 { _ = unsafe write(2, $0.baseAddress, $0.count) }
  }

  /// Sends a signal to a process this one started; false if it is still another user's.
  @discardableResult
  package static func signal(_ signal: CInt, to process: CInt) -> Bool {
    kill(process, signal) == 0 || errno != EPERM
  }

  /// Asks a process this one started to end.
  package static func terminate(_ process: CInt) { signal(SIGTERM, to: process) }

  /// What the environment has under a name.
  package static func variable(_ name: String) -> String? {
    // libc's own string, copied at once.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  package static func isAlive(_ process: CInt) -> Bool { kill(process, 0) == 0 || errno == EPERM }

  package static var userID: UInt32 { geteuid() }

  /// Whether root acts as another user for the moment.
  package static var isLent: Bool { getuid() != geteuid() }

  /// How many cores this process may use.
  package static var cores: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

  /// How much memory the machine has, in bytes.
  package static var memory: Int {
    max(0, sysconf(CInt(_SC_PHYS_PAGES))) * max(0, sysconf(CInt(_SC_PAGESIZE)))
  }

  /// Leaves the work to other threads.
  package static func rest() -> Never { while true { pause() } }

  /// Ends the process at once.
  package static func leave(status: Int32) -> Never { exit(status) }
}
