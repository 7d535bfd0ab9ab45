extension STUN {
  /// The protocols a method or attribute belongs to.
  ///
  /// RFC 8489, RFC 8656 (TURN), RFC 8445 (ICE).
  struct Usage: OptionSet {
    let rawValue: UInt8

    static let stun = Self(rawValue: 1)
    static let turn = Self(rawValue: 2)
    static let ice = Self(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(method: UInt16) {
      switch method {
      case 1, 2: self = .stun
      case 3, 4, 6...9: self = .turn
      default: self = []
      }
    }

    init(attribute type: UInt16) {
      switch type {
      case 0x0001...0x000b, 0x0010, 0x0014, 0x0015, 0x001c...0x001e, 0x0020, 0x8002, 0x8003,
        0x8022, 0x8023, 0x8028:
        self = .stun
      case 0x000c, 0x000d, 0x0012, 0x0013, 0x0016...0x001a, 0x0021, 0x0022, 0x8000, 0x8001,
        0x8004:
        self = .turn
      case 0x0024, 0x0025, 0x8029, 0x802a: self = .ice
      default: self = []
      }
    }

    /// What STUN is used for; by nothing that says both is it known.
    var name: StaticString {
      switch (contains(.stun), contains(.turn), contains(.ice)) {
      case (true, false, false): "stun"
      case (_, true, false): "turn"
      case (_, false, true): "ice"
      default: "unknown"
      }
    }
  }
}
