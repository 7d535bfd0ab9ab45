import Glibc

/// A process as it was when it was seen.
package struct ProcessFacts: Equatable, Sendable {
  package var id: Int32
  package var name: String
  package var path: String
  package var parent: Int32

  package init(id: Int32, name: String, path: String, parent: Int32) {
    self.id = id
    self.name = name
    self.path = path
    self.parent = parent
  }
}

/// What `/proc` says of the machine's processes (proc(5)).
enum ProcessTable {
  /// The numbers of all processes.
  static var all: [Int32] {
    var ids: [Int32] = []
    unsafe forEachNumber(in: "/proc") { id, _, _ in ids.append(id) }
    return ids
  }

  /// What is said of one; `nil` if it has gone.
  static func facts(of id: Int32) -> ProcessFacts? {
    guard let text = contents(of: "/proc/\(id)/stat"),
      let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    let path = link("/proc/\(id)/exe") ?? ""
    let name = name(String(text[text.index(after: open)..<close]), path, of: id)
    return ProcessFacts(
      id: id, name: name, path: path, parent: fields.count > 1 ? Int32(fields[1]) ?? 0 : 0)
  }

  /// What a process was started as, by what the kernel calls it: the name of its executable, of a link
  /// to that, or of the script that it runs.
  ///
  /// The kernel cuts names off after 15 bytes, and a process may call itself something else, as
  /// browsers' do.
  private static func name(_ called: String, _ path: String, of id: Int32) -> String {
    let words = (contents(of: "/proc/\(id)/cmdline") ?? "").split(separator: "\0").prefix(2)
    let names = ([path[...]] + words).compactMap { $0.split(separator: "/").last }
    for name in names where name == called || called.utf8.count == 15 && name.hasPrefix(called) {
      return String(name)
    }
    return path.isEmpty ? called : names.first.map(String.init) ?? called
  }

  /// The inodes of the sockets that a process has open.
  static func sockets(of id: Int32) -> [UInt32] {
    var inodes: [UInt32] = []
    var target = [CChar](repeating: 0, count: 32)
    unsafe forEachNumber(in: "/proc/\(id)/fd") { _, directory, name in
      // As many bytes as the array has; the name is a terminated string until the next is read.
      let count = unsafe readlinkat(directory, name, &target, target.count)
      // socket:[4711]
      guard count > 9, target[0] == 0x73, target[6] == 0x3a, target[7] == 0x5b else { return }
      var inode: UInt32 = 0
      for i in 8..<count - 1 {
        inode = inode &* 10 &+ UInt32(truncatingIfNeeded: Int(target[i]) - 0x30)
      }
      inodes.append(inode)
    }
    return inodes
  }

  // MARK: Files

  static func contents(of path: String) -> String? {
    // The path becomes a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    // As many bytes as the array has.
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count <= 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private static func link(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    // As many bytes as the array has.
    let count = unsafe readlink(path, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Calls `body` with each entry of a directory that is a number.
  private static func forEachNumber(
    in path: String, _ body: (Int32, _ directory: CInt, _ name: UnsafePointer<CChar>) -> Void
  ) {
    // The listing is read and closed here; each name is a terminated string until the next is read.
    guard let directory = unsafe opendir(path) else { return }
    defer { unsafe closedir(directory) }
    let descriptor = unsafe dirfd(directory)
    while let entry = unsafe readdir(directory) {
      unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          var number: Int32 = 0
          var at = 0
          while case let digit = unsafe Int32(name[at]) - 0x30, 0...9 ~= digit, at < 9 {
            number = number * 10 + digit
            at += 1
          }
          if at > 0, unsafe name[at] == 0 { unsafe body(number, descriptor, name) }
        }
      }
    }
  }
}
