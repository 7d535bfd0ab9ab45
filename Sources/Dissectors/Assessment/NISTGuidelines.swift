import Bytes
import Wire

/// What a server agreed on, judged by NIST SP 800-52 revision 2.
struct NISTGuidelines {
  private var version: UInt16 = 0
  private var cipherSuite: UInt16?
  private var isCompressed = true
  /// What `supported_versions` says, where it is there.
  private var selectedVersion: UInt16?
  private var group: UInt16?
  private var hasPointFormats = false
  private var encryptsThenMACs = false
  private var extensions = HashOrder()

  /// A hello that could not be read is judged by its having said nothing.
  init(_ hello: TLS.ServerHelloBody?) {
    guard let hello else { return }
    version = hello.version.u16(at: 0)
    cipherSuite = hello.cipherSuite.u16(at: 0)
    if let method = hello.compressionMethod {
      isCompressed = method[0] != 0
    } else {
      isCompressed = false
    }
    var hasGroups = false
    var list = hello.extensions
    while let item = list.next() {
      switch item.type {
      case .supportedVersions:
        guard item.value.count >= 2 else { continue }
        selectedVersion = item.value.u16(at: 0)
      case .supportedGroups:
        guard !hasGroups else { continue }
        hasGroups = true
        guard let code = Self.onlyGroup(item.value) else { continue }
        group = code
      case .pointFormats: hasPointFormats = true
      case .encryptThenMAC: encryptsThenMACs = true
      default: if TLS.isGREASE(item.type.rawValue) { continue }
      }
      extensions.insert(item.type.rawValue)
    }
    if let selectedVersion { version = selectedVersion }
  }

  /// The group of a list of one, 0 where it is cut short.
  private static func onlyGroup(_ value: Span<UInt8>) -> UInt16? {
    var input = Reader(value)
    guard (try? input.u16()) == 2 else { return nil }
    let group = (try? input.u16()) ?? 0
    return TLS.isGREASE(group) ? nil : group
  }

  /// Adds what was agreed on and the first rule that it breaks; false where it breaks one.
  func report(to record: inout RecordWriter) -> Bool {
    let offence = offence
    record.object { record in
      record.literal("policy", "nist_sp_800_52_2")
      record.object("negotiated_parameters") { parameters in
        parameters.literal("protocol_version", versionName)
        parameters.array("extensions") { names in
          for i in 0..<extensions.count { names.name(TLS.extensionNames, extensions[i]) }
        }
        parameters.name("cipher_suite", TLS.cipherSuiteNames, cipherSuite)
        parameters.name("supported_group", TLS.groupNames, group)
      }
      record.object("compliance_result") { result in
        if let offence { result.literal(offence.key, offence.text) }
        result.flag("compliant", offence == nil)
      }
    }
    return offence == nil
  }

  private var versionName: StaticString {
    switch version {
    case 0x0300: "SSLv3.0"
    case 0x0301: "TLSv1.0"
    case 0x0302: "TLSv1.1"
    case 0x0303: "TLSv1.2"
    case 0x0304: "TLSv1.3"
    default: "unknown"
    }
  }

  /// The first rule that is broken, in the order in which rules are asked.
  private var offence: (key: StaticString, text: StaticString)? {
    if isCompressed { return ("compression_method_non_compliant", "non-zero compression method") }
    if let selectedVersion, selectedVersion != 0x0304 {
      return ("tls_version_non_compliant", "supported_versions extension invalid")
    }
    let suite = CipherSuite(cipherSuite ?? 0)
    if version == 0x0304 {
      return suite.isOfTLS13
        ? nil : ("cipher_suite_non_compliant", "disallowed cipher suite for TLSv1.3")
    }
    if suite.isECDHE, group == nil {
      return (
        "supported_groups_missing", "supported_groups extension missing for ECDHE cipher suite"
      )
    }
    if suite.usesCurve {
      guard hasPointFormats else {
        return (
          "ec_points_format_non_compliant",
          "ec_points_format extension missing but EC cipher suite negotiated"
        )
      }
      // P-256 and P-384.
      guard group == 0x0017 || group == 0x0018 else {
        return (
          "supported_group_non_compliant", "disallowed supported group for EC cipher suite"
        )
      }
    }
    if suite.isCBC, !encryptsThenMACs {
      return (
        "encrypt_then_mac_non_compliant",
        "encrypt_then_mac extension missing for CBC cipher suite"
      )
    }
    switch version {
    case 0x0303:
      return suite.isCBC || suite.isAEAD
        ? nil : ("cipher_suite_non_compliant", "disallowed cipher suite for TLSv1.2")
    case 0x0302:
      return suite.isOfTLS11
        ? nil : ("cipher_suite_non_compliant", "disallowed cipher suite for TLSv1.1")
    default: return ("tls_version_non_compliant", versionName)
    }
  }
}

/// The cipher suites of SP 800-52 revision 2, §3.3.1, by what else they ask for.
private struct CipherSuite {
  private let code: UInt16

  init(_ code: UInt16) { self.code = code }

  var isOfTLS13: Bool {
    switch code {
    case 0x1301, 0x1302, 0x1304, 0x1305: true
    default: false
    }
  }

  /// With a curve that is agreed on.
  var isECDHE: Bool {
    switch code {
    case 0xc009, 0xc00a, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc02b, 0xc02c, 0xc02f,
      0xc030, 0xc0ac...0xc0af:
      true
    default: false
    }
  }

  /// With that, or the curve of the server's certificate.
  var usesCurve: Bool {
    switch code {
    case 0xc004, 0xc005, 0xc00e, 0xc00f, 0xc025, 0xc026, 0xc029, 0xc02a, 0xc02d, 0xc02e, 0xc031,
      0xc032:
      true
    default: isECDHE
    }
  }

  /// With SHA-1, which TLS 1.1 knows too.
  var isOfTLS11: Bool {
    switch code {
    case 0x0030...0x0033, 0x0036...0x0039, 0xc004, 0xc005, 0xc009, 0xc00a, 0xc00e, 0xc00f, 0xc013,
      0xc014:
      true
    default: false
    }
  }

  var isCBC: Bool {
    switch code {
    case 0x003e...0x0040, 0x0067...0x006b, 0xc023...0xc02a: true
    default: isOfTLS11
    }
  }

  var isAEAD: Bool {
    switch code {
    case 0x009e...0x00a5, 0xc02b...0xc032, 0xc09e, 0xc09f, 0xc0a2, 0xc0a3, 0xc0ac...0xc0af: true
    default: false
    }
  }
}
