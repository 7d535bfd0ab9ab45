/// Why bytes could not be read as the type asked for.
public enum Malformed: Error, Equatable {
  /// The outermost input ended this many bytes too early; more may arrive.
  case short(by: Int)
  /// The format forbids this value. More bytes will not help.
  case invalid
}
