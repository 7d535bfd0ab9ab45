import Bytes
import Wire

/// A moment in tenths of microseconds since 1601, MS-DTYP §2.3.3; 0 is none.
struct FileTime {
  private let ticks: UInt64

  init(_ ticks: UInt64) { self.ticks = ticks }

  /// Adds the moment in UTC: `2025-01-31T23:59:59.123456700Z`.
  func report(_ key: StaticString, to record: inout RecordWriter) {
    guard ticks != 0 else { return record.literal(key, "No time specified") }
    let seconds = ticks / 10_000_000
    let (year, month, day) = Self.date(ofDay: seconds / 86400)
    // Years from 10000 on, of which there are some, have five digits.
    record.text(key, count: year < 10000 ? 30 : 31) { text in
      text.append(year, digits: year < 10000 ? 4 : 5)
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
      text.append(ticks % 10_000_000 * 100, digits: 9)
      text.append(UInt8(ascii: "Z"))
    }
  }

  /// The date of a day, counted from the first of 1601, which begins a cycle of 400 years.
  private static func date(ofDay number: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    var day = number % 146097
    let century = min(day / 36524, 3)
    day -= century * 36524
    let leapCycle = day / 1461
    day -= leapCycle * 1461
    let yearOfCycle = min(day / 365, 3)
    day -= yearOfCycle * 365
    let year = 1601 + number / 146097 * 400 + century * 100 + leapCycle * 4 + yearOfCycle
    let isLeap = yearOfCycle == 3 && (leapCycle != 24 || century == 3)
    for month in 1...12 {
      let length: UInt64 =
        switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
      if day < length { return (year, UInt64(month), day + 1) }
      day -= length
    }
    return (year, 12, 31)
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
