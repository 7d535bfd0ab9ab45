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
  static var all: [Int32] { names(in: "/proc").compactMap { Int32($0) } }

  /// What is said of one; `nil` if it has gone.
  static func facts(of id: Int32) -> ProcessFacts? {
    guard let text = contents(of: "/proc/\(id)/stat"),
      let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
    else { return nil }
    var name = String(text[text.index(after: open)..<close])
    let fields = text[text.index(after: close)...].split(separator: " ")
    let path = link("/proc/\(id)/exe") ?? ""
    // The kernel cuts names off; the executable's is the whole of it.
    if name.utf8.count == 15, let last = path.split(separator: "/").last, last.hasPrefix(name) {
      name = String(last)
    }
    return ProcessFacts(
      id: id, name: name, path: path, parent: fields.count > 1 ? Int32(fields[1]) ?? 0 : 0)
  }

  /// The inodes of the sockets that a process has open.
  static func sockets(of id: Int32) -> [UInt32] {
    names(in: "/proc/\(id)/fd").compactMap { name in
      guard let target = link("/proc/\(id)/fd/\(name)"), target.hasPrefix("socket:[") else {
        return nil
      }
      return UInt32(target.dropFirst(8).dropLast())
    }
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

  private static func names(in path: String) -> [String] {
    // The listing is read and closed here; each name is a terminated string until the next is read.
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      names.append(
        unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        })
    }
    return names
  }
}
