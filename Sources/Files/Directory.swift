import Glibc

/// Directories whose entries are numbers, as `/proc` and `/proc/<process>/fd` are (proc(5)), and the links
/// in them.
package enum Directory {
  /// What the link at `path` points to; `nil` if there is none, or none that may be read.
  package static func target(of path: String) -> String? {
    var target = [UInt8](repeating: 0, count: 4096)
    return unsafe read(&target) { room, size in unsafe readlink(path, room, size) }
      .map { String(decoding: target.prefix($0), as: UTF8.self) }
  }

  /// The entries of the directory at `path` that are numbers; none if it cannot be read.
  package static func numbers(in path: String) -> [Int32] {
    var numbers: [Int32] = []
    unsafe forEachNumber(in: path) { number, _, _ in numbers.append(number) }
    return numbers
  }

  /// Calls `body` with what each link in the directory at `path` points to whose name is a number.
  ///
  /// Targets are cut off after 64 bytes; nothing is allocated for a link.
  package static func forEachNumberedLink(in path: String, _ body: (Span<UInt8>) -> Void) {
    var target = [UInt8](repeating: 0, count: 64)
    unsafe forEachNumber(in: path) { _, directory, name in
      let count = unsafe read(&target) { room, size in
        unsafe readlinkat(directory, name, room, size)
      }
      if let count { body(target.span.extracting(first: count)) }
    }
  }

  /// How many bytes `call` wrote to the room that `bytes` is; `nil` if it failed.
  private static func read(
    _ bytes: inout [UInt8], _ call: (UnsafeMutablePointer<CChar>, Int) -> Int
  ) -> Int? {
    // As many bytes as the array has, for the length of the call.
    let count = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe room.bindMemory(to: CChar.self).baseAddress.map { unsafe call($0, room.count) }
    }
    return count.flatMap { $0 < 0 ? nil : $0 }
  }

  private static func forEachNumber(
    in path: String, _ body: (Int32, _ directory: Int32, _ name: UnsafePointer<CChar>) -> Void
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
