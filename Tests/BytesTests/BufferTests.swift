import Support
import Testing

@testable import Bytes

@Suite(.tags(.unit)) struct BufferTests {
  private func array(_ buffer: borrowing Buffer) -> [UInt8] {
    let bytes = buffer.bytes
    return bytes.indices.map { bytes[$0] }
  }

  @Test(arguments: 0..<40)
  func growsByEveryKindOfAppend(_ start: Int) {
    var buffer = Buffer(capacity: 0)
    var expected: [UInt8] = []
    for i in 0..<start {
      buffer.append(UInt8(i))
      expected.append(UInt8(i))
    }
    buffer.append(expected.span)
    expected += expected
    buffer.append("literal")
    expected += "literal".utf8
    buffer.append(littleEndian: 0x0102_0304_0506_0708 as UInt64)
    buffer.append(bigEndian: 0x0102_0304_0506_0708 as UInt64)
    expected += [8, 7, 6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8]
    buffer.append(littleEndian: 0x0102 as UInt16)
    buffer.append(bigEndian: 0x0102_0304 as UInt32)
    expected += [2, 1, 1, 2, 3, 4]
    buffer.append(decimal: .max)
    buffer.append(decimal: 0)
    expected += "184467440737095516150".utf8
    let before = expected
    buffer.append(hex: before.span)
    expected += before.flatMap { [($0 >> 4).hexDigit, ($0 & 15).hexDigit] }
    let got = array(buffer)
    #expect(got == expected)
  }

  @Test(arguments: [0, 5, 1024, 50_000]) func givesBackWhatIsNotFilled(_ count: Int) {
    var buffer = Buffer(capacity: 100_000)
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    buffer.append(bytes.span)
    buffer.trim()
    #expect(array(buffer) == bytes)
    let capacity = buffer.capacity
    #expect(capacity == (count < 25_000 ? max(count, 16) : 100_000))
    buffer.append(7)
    #expect(array(buffer) == bytes + [7])
  }

  @Test func forgetsOnlyWhatItIsTold() {
    var buffer = Buffer()
    buffer.append("abcdef")
    buffer.truncate(to: 10)
    buffer.truncate(to: 3)
    buffer.append("x")
    let kept = array(buffer)
    #expect(kept == Array("abcx".utf8))
    buffer.truncate(to: -1)
    let isEmpty = buffer.isEmpty
    #expect(isEmpty)
  }

  @Test func overwritesInPlace() {
    var buffer = Buffer()
    buffer.append("abcdefgh")
    buffer.rewrite(at: 6) { $0.append(littleEndian: 0x7978 as UInt16) }
    buffer.rewrite(at: 1) { $0.append("123") }
    let got = array(buffer)
    #expect(got == Array("a123efxy".utf8))
  }
}
