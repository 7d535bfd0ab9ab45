import Support

/// One message of every kind, spelled out from the tables of docs/wire.md: what `Wire` must read,
/// and what mutations start from.
enum HandMade {
  static let all: [(name: String, bytes: [UInt8])] = [
    ("hello", hello), ("refused", refused), ("frames", frames), ("records", records),
    ("analyzed", analyzed), ("ack", ack), ("bye", bye), ("ping", ping), ("roster", roster),
    ("ledger", ledger), ("gap", gap), ("stranger", stranger), ("forget", forget),
    ("resources", resources), ("ordered", ordered), ("plan", plan),
  ]

  /// Magic, version 5, kind; flags, source 7, epoch 0x01020304.
  private static func header(_ kind: String, flags: String = "0000") -> String {
    "6d657263 05 \(kind) \(flags) 07000000 04030201"
  }

  static let hello = hex(
    header("01") + """
      02 01 0000 67120000 0000200000000000
      0a00 70617273652d34373131
      0500 6970633a64
      0500 6970633a74
      """)

  static let refused = hex(header("02") + "0700 746f6f206f6c64")

  /// Part 1 of 3 of round 258, packets 9 and 12 of an Ethernet capture, and two lines of tally.
  static let frames = hex(
    header("03", flags: "0400") + """
      0201000000000000 0100 0300 02000000
      0900000000000000 0c00000000000000 01000000 85000000
      0201 06 00 0300000000000010 0102 0000
      03000000 dc050000 0900000000000000 0100000000000010 ff03 0000 aabbcc
      02000000 02000000 0c00000000000000 0200000000000010 0000 0000 ddee
      0500000000000000 01 00
      0300000000000000 03 0a 6e6f207061796c6f6164
      """)

  /// A record with a flow over IPv4, one over IPv6 with all three sections, one without a flow and
  /// that one's packet, of a source with nanoseconds.
  static let records = hex(recordPart("04"))
  static let analyzed = hex(recordPart("05"))
  static let ordered = hex(recordPart("0f"))

  private static func recordPart(_ kind: String) -> String {
    header(kind, flags: "2000") + """
      0100000000000000 0000 0100 04000000
      0500000000000000 0700000000000000 00000000 f7010000
      0100 00 00 0000000000000000 0100 0000
      """ + recordOverIPv4 + recordOverIPv6 + recordWithoutFlow + packet + """
        0300000000000000 04 00
        """
  }

  /// Packet 7, two of 64 bytes, which a record of `tls` was made of.
  static let packet = """
    21000000 10 03 0000 40000000 0700000000000000 0100000000000000 746c73 ddee
    """

  /// A message `tls`, a server name at offset 11 of the head, a user agent in the notes, and two outcomes.
  ///
  /// `{"tls": {"sni": "a.b"}}`, `u/1`, `{"analysis": 1}`, and later `{"analysis": 2}`.
  static let recordOverIPv4 = """
    96000000 09 06 409c bb01 0000 0500000000000000 15cd5b0700000000
    000000000000000000000000c0000201 000000000000000000000000c0000202
    00000000 00000000 0b000000 03000000 10000000 03000000
    10000000 03000000 0c000000 0c000000 03000000
    746c73
    bf 63746c73 bf 63736e69 63612e62 ff ff
    752f31
    bf 68616e616c79736973 01 ff
    bf 68616e616c79736973 02 ff
    """

  /// Attributes 2, 8 and 32; `{"fingerprints": {"x": "x/"}}`, `{"analysis": 1}`, `{"ip": true}`.
  static let recordOverIPv6 = """
    90000000 03 11 3500 39a0 2a00 0600000000000000 ffffffffffffffff
    20010db8000000000000000000000001 20010db8000000000000000000000002
    12000000 02000000 00000000 00000000 00000000 00000000
    16000000 00000000 0c000000 00000000 00000000
    bf 6c66696e6765727072696e7473 bf 6178 62782f ff ff
    bf 68616e616c79736973 01 ff
    bf 626970 f5 ff
    """

  static let recordWithoutFlow = """
    68000000 00 00 0000 0000 0000 0700000000000000 0000000000000000
    00000000000000000000000000000000 00000000000000000000000000000000
    00000000 00000000 00000000 00000000 00000000 00000000
    00000000 00000000 00000000 00000000 00000000
    """

  static let ack = hex(
    header("06", flags: "0100") + "0201000000000000 0100 0300 00000000 ffffffffffffffff")
  static let bye = hex(header("07", flags: "0800"))
  static let ping = hex(header("08"))

  static let roster = hex(
    header("09") + """
      0200 0100
      01 00 0000 01000000 0000000000000000 0100 63 0100 64 0100 74
      06 00 02 00 02000000 0000000000000000 0100 6f 0000 0000
      0200 0000 14000000 616e616c797369730a73656e736f723d613d620a
      0100 0300 646e73
      0200 00 0300 746c73 01 0b00 7463702e73796e5f61636b
      """)

  /// Plan 258 is in force from packet 9 on.
  static let plan = hex(header("10") + "02 00 0201 0900000000000000 0000")

  static let ledger = hex(
    header("0a") + """
      04 000000 0010000000000000 0600 73696e6b2d39
      2a00000000000000 08 00
      0100000000000000 09 0d 6c696e6520746f6f206c6f6e67
      """)

  static let gap = hex(header("0b") + "1100000000000000")
  static let stranger = hex(header("0c"))

  /// Slots 0, 9 and 1023, from round 258 on.
  static let forget = hex(
    header("0d") + "0201000000000000 0102" + String(repeating: "00", count: 125) + "80")

  /// Generation 513, formats tls/2 and quic/1, is in force: digest `d`, version `1;a`, a path, no reason.
  static let resources = hex(header("0e") + "04 0600 0102 0100 64 0300 313b61 0200 2f70 0000")
}
