import Files

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
    Directory.numbers(in: "/proc")
  }

  /// What is said of one; `nil` if it has gone.
  static func facts(of id: Int32) -> ProcessFacts? {
    guard let text = contents(of: "/proc/\(id)/stat"),
      let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    let path = Directory.target(of: "/proc/\(id)/exe") ?? ""
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
    Directory.forEachNumberedLink(in: "/proc/\(id)/fd") { target in
      // socket:[4711]
      guard target.count > 9, target[0] == 0x73, target[6] == 0x3a, target[7] == 0x5b else {
        return
      }
      var inode: UInt32 = 0
      for i in 8..<target.count - 1 { inode = inode &* 10 &+ UInt32(target[i] &- 0x30) }
      inodes.append(inode)
    }
    return inodes
  }

  /// The first 4096 bytes of a file; `nil` where it cannot be read, or is empty.
  static func contents(of path: String) -> String? {
    let bytes = (try? InputFile.contents(of: path, limit: 4096)) ?? []
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
