/// What is wanted of an archive.
package struct LoadOptions: Sendable {
  /// Leaves out the addresses of processes, and IPv6 networks (resources.md §4 of the reference).
  package var minimizesMemory = false
  /// Keeps the operating systems that each process was seen on.
  package var reportsOS = false
  /// The 16 bytes that the archive was encrypted with, AES-128-CBC; empty for a plain one.
  package var key: [UInt8] = []

  package init() {}
}
