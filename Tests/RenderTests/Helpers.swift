import Bytes

func throwsMalformed(_ body: () throws(Malformed) -> Void) -> Bool {
  do throws(Malformed) {
    try body()
    return false
  } catch {
    return true
  }
}
