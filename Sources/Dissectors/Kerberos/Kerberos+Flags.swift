import Bytes
import Wire
import X509

extension Kerberos {
  /// 32 yes-or-no questions, the first in the topmost bit (RFC 4120 §5.2.8).
  struct Flags {
    private let bits: UInt32

    /// The flags of a BIT STRING; what it is too short for is no.
    init(_ element: ASN1.Element) {
      var bits: UInt32 = 0
      for i in 1...4 where i < element.value.count {
        bits |= UInt32(element.value[i]) << UInt32(32 - 8 * i)
      }
      self.bits = bits
    }

    /// Adds the names of the flags that are set, and those that have none as a number.
    func report(_ name: (Int) -> StaticString?, to record: inout RecordWriter) {
      var unknown: UInt32 = 0
      for bit in 0..<32 {
        let flag = UInt32(1) << UInt32(31 - bit)
        guard bits & flag != 0 else { continue }
        if let name = name(bit) { record.literal(name) } else { unknown |= flag }
      }
      if unknown != 0 { record.name(nil, hexCode: unknown) }
    }

    /// RFC 4120 §5.4.1, and RFC 6806, RFC 8062 and Microsoft's.
    static func kdcOption(_ bit: Int) -> StaticString? {
      switch bit {
      case 1: "forwardable"
      case 2: "forwarded"
      case 3: "proxiable"
      case 4: "proxy"
      case 5: "allow-postdate"
      case 6: "postdated"
      case 8: "renewable"
      case 11: "opt-hardware-auth"
      case 14: "constrained-delegation"
      case 15: "canonicalize"
      case 16: "request-anonymous"
      case 26: "disable-transited-check"
      case 27: "renewable-ok"
      case 28: "enc-tkt-in-skey"
      case 30: "renew"
      case 31: "validate"
      default: nil
      }
    }
  }
}
