import Bytes
import Wire

/// A moment in tenths of microseconds since 1601, MS-DTYP §2.3.3; 0 is none.
struct FileTime {
  private let ticks: UInt64

  init(_ ticks: UInt64) { self.ticks = ticks }

  /// Adds the moment in UTC, as mercury has it: `2025-01-31T23:59:59.512345678Z`.
  ///
  /// What is behind the point are the last nine digits of the ticks. The seconds are counted in
  /// nanoseconds of 64 bits since 1970, which wrap around.
  func report(_ key: StaticString, to record: inout RecordWriter) {
    guard ticks != 0 else { return record.literal(key, "No time specified") }
    let seconds = (ticks &* 100 &- 11_644_473_600 * 1_000_000_000) / 1_000_000_000
    let (year, month, day) = Self.date(ofDay: seconds / 86400)
    record.text(key, count: 30) { text in
      text.append(year, digits: 4)
      text.append(UInt8(ascii: "-"))
      text.append(month, digits: 2)
      text.append(UInt8(ascii: "-"))
      text.append(day, digits: 2)
      text.append(UInt8(ascii: "T"))
      text.append(seconds / 3600 % 24, digits: 2)
      text.append(UInt8(ascii: ":"))
      text.append(seconds / 60 % 60, digits: 2)
      text.append(UInt8(ascii: ":"))
      text.append(seconds % 60, digits: 2)
      text.append(UInt8(ascii: "."))
      text.append(ticks % 1_000_000_000, digits: 9)
      text.append(UInt8(ascii: "Z"))
    }
  }

  /// The date of a day, counted from the first of 1970; the years of 64 bits of nanoseconds.
  private static func date(ofDay number: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    var day = number
    var year: UInt64 = 1970
    while day >= length(ofYear: year) {
      day -= length(ofYear: year)
      year += 1
    }
    for month in 1...12 {
      let length: UInt64 =
        switch month {
        case 2: length(ofYear: year) - 337
        case 4, 6, 9, 11: 30
        default: 31
        }
      if day < length { return (year, UInt64(month), day + 1) }
      day -= length
    }
    return (year, 12, 31)
  }

  private static func length(ofYear year: UInt64) -> UInt64 {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 366 : 365
  }
}

extension Buffer {
  /// Appends a number with zeros before it.
  fileprivate mutating func append(_ number: UInt64, digits: Int) {
    var divisor: UInt64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
