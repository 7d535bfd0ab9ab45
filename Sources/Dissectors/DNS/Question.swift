import Bytes
import Wire

extension DNS {
  /// The number of a resource record's type.
  struct RecordType: RawRepresentable, Equatable {
    let rawValue: UInt16
    static let a = Self(rawValue: 1)
    static let ns = Self(rawValue: 2)
    static let soa = Self(rawValue: 6)
    static let ptr = Self(rawValue: 12)
    static let txt = Self(rawValue: 16)
    static let aaaa = Self(rawValue: 28)
    /// RFC 1002 §4.2.1.3: NetBIOS general name service.
    static let nb = Self(rawValue: 32)
    /// RFC 2782; for a NetBIOS name this is a node's status, RFC 1002 §4.2.18.
    static let srv = Self(rawValue: 33)
    static let nsec = Self(rawValue: 47)
    static let https = Self(rawValue: 65)

    func name(ofNetBIOS isNetBIOS: Bool) -> StaticString? {
      if isNetBIOS {
        return self == .nb ? "NB" : self == .srv ? "NBSTAT" : nil
      }
      return switch rawValue {
      case 1: "A"
      case 2: "NS"
      case 3: "MD"
      case 4: "MF"
      case 5: "CNAME"
      case 6: "SOA"
      case 7: "MB"
      case 8: "MG"
      case 9: "MR"
      case 10: "NULL"
      case 11: "WKS"
      case 12: "PTR"
      case 13: "HINFO"
      case 14: "MINFO"
      case 15: "MX"
      case 16: "TXT"
      case 19: "X25"
      case 28: "AAAA"
      case 33: "SRV"
      case 35: "NAPTR"
      case 43: "DS"
      case 47: "NSEC"
      case 48: "DNSKEY"
      case 65: "HTTPS"
      case 255: "WILDCARD"
      case 32769: "DLV"
      default: nil
      }
    }
  }

  /// A record's class, without the bit that multicast DNS keeps in it (RFC 6762 §10.2).
  struct RecordClass: RawRepresentable, Equatable {
    let rawValue: UInt16
    static let internet = Self(rawValue: 1)

    var name: StaticString? {
      switch rawValue {
      case 1: "IN"
      case 2: "CS"
      case 3: "CH"
      case 4: "HS"
      default: nil
      }
    }
  }

  /// What a question asks about and every record begins with: name, type and class.
  struct Question {
    let name: Name
    let type: RecordType
    let recordClass: RecordClass
    /// Whether all three are there, the name not being the root.
    let isComplete: Bool

    @_lifetime(input: copy input)
    init(_ input: inout Reader, in message: Span<UInt8>) {
      var name = Name(&input, in: message)
      name.decodeNetBIOS()
      self.name = name
      type = RecordType(rawValue: (try? input.u16()) ?? 0)
      recordClass = RecordClass(rawValue: ((try? input.u16()) ?? 0) & 0x7fff)
      isComplete = !input.isSpent && name.canOwnRecords
    }

    func report(to record: inout RecordWriter) {
      record.textOrEmpty("name", name.text)
      let typeName = type.name(ofNetBIOS: name.isNetBIOS)
      record.literal("type", typeName ?? "UNKNOWN")
      if typeName == nil { record.number("type_code", type.rawValue) }
      record.literal("class", recordClass.name ?? "UNKNOWN")
      if recordClass.name == nil { record.number("class_code", recordClass.rawValue) }
    }
  }
}
