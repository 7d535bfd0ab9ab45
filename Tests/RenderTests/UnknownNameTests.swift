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
    var renderer = JSONRenderer()
    try renderer.object(record.buffer.bytes)
    let line = renderer.buffer.bytes
    let text = String(decoding: line.indices.map { line[$0] }, as: UTF8.self)
    #expect(text == #"{"code":"UNKNOWN (\#(code))"}"#)
  }
}
