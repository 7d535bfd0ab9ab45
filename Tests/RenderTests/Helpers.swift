import Bytes

func string(_ buffer: borrowing Buffer) -> String {
  let bytes = buffer.bytes
  return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

func throwsMalformed(_ body: () throws(Malformed) -> Void) -> Bool {
  do throws(Malformed) {
    try body()
    return false
  } catch {
    return true
  }
}
