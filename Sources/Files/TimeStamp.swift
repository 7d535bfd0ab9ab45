import Glibc

/// Moments as text in names and headings.
package enum TimeStamp {
  /// Now, by the clock on the wall, laid out as strftime(3) has it.
  package static func local(_ format: String) -> String {
    var seconds = time(nil)
    var parts = unsafe tm()
    // Both outlive the call, which fills in the second.
    unsafe localtime_r(&seconds, &parts)
    return unsafe text(format, &parts)
  }

  /// Now, in Greenwich.
  package static func universal(_ format: String) -> String {
    var seconds = time(nil)
    var parts = unsafe tm()
    // As above.
    unsafe gmtime_r(&seconds, &parts)
    return unsafe text(format, &parts)
  }

  private static func text(_ format: String, _ parts: inout tm) -> String {
    var characters = [CChar](repeating: 0, count: 64)
    // Writes at most as many characters as there is room for, and says how many.
    let count = unsafe strftime(&characters, characters.count, format, &parts)
    return String(decoding: characters.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
