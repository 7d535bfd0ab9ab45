import Bytes
import Render
import Support
import Testing
import Wire

/// A code without a name is printed in decimal, however long it is.
@Suite(.tags(.unit)) struct UnknownNameTests {
  @Test(
    arguments: [
      0, 9, -1, -9_999_999_999_999, -10_000_000_000_000, .max, .min,
    ] as [Int64])
  func signedCode(_ code: Int64) throws {
    var record = RecordWriter()
    record.object { $0.name("code", nil, signedCode: code) }
    #expect(try record.json() == #"{"code":"UNKNOWN (\#(code))"}"#)
  }
}
