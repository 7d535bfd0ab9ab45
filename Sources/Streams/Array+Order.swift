/// Changes in the middle of short lists.
///
/// The library's own allocate where they are not optimised, and tests count allocations.
extension Array {
  /// Takes out the element at `place`; those behind it move up.
  mutating func takeOut(at place: Int) {
    for i in place..<Swift.max(place, count - 1) { self[i] = self[i + 1] }
    removeLast()
  }

  /// Puts an element at `place`; those from there on move down.
  mutating func putIn(_ element: Element, at place: Int) {
    append(element)
    var i = count - 1
    while i > place {
      self[i] = self[i - 1]
      i -= 1
    }
    self[place] = element
  }
}
