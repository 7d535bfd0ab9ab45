import Bytes
import Wire

/// What a hello says of keys that both sides have had before, as far as quantum safety depends on
/// it (RFC 8446 §4.2.8, §4.2.9, §4.2.11; RFC 8773).
struct PreSharedKeys {
  /// The server shows a certificate besides.
  private var hasCertificate = false
  private var isOffered = false
  private var areBindersLong = true
  private var modes: (isGiven: Bool, isWhole: Bool, dhe: Bool, plain: Bool) =
    (false, true, false, false)
  private var shares: (isGiven: Bool, isWhole: Bool, mlkem1024: Bool) = (false, true, false)

  init(_ extensions: TLS.Extensions) {
    var list = extensions
    while let item = list.next() {
      switch item.type {
      case .certificateWithExternalKey: hasCertificate = true
      case .preSharedKey:
        isOffered = true
        if !Self.areBindersLong(item.value) { areBindersLong = false }
      case .keyExchangeModes:
        modes.isGiven = true
        if !addModes(item.value) { modes.isWhole = false }
      case .keyShare:
        shares.isGiven = true
        if (try? addShares(item.value)) == nil { shares.isWhole = false }
      default: break
      }
    }
  }

  /// Adds whether a certificate is shown besides, and a sentence for each rule that is broken;
  /// false where one is.
  func report(to record: inout RecordWriter) -> Bool {
    record.flag("tls_cert_with_extern_psk", hasCertificate)
    let usesDHE = modes.isWhole && modes.dhe
    let isComplete = isOffered && modes.isGiven && shares.isGiven
    let isAlone = hasCertificate && !isComplete
    let areModesWrong = isOffered && !(usesDHE && !modes.plain)
    let isShareWrong = isOffered && usesDHE && !(shares.isWhole && shares.mlkem1024)
    let areBindersWrong = isOffered && !areBindersLong
    if isAlone {
      record.literal(
        "tls_cert_with_extern_psk_non_compliant",
        "tls_cert_with_extern_psk requires pre_shared_key, psk_key_exchange_modes, and key_share")
    }
    if areModesWrong {
      record.literal(
        "psk_key_exchange_modes_non_compliant",
        "psk_key_exchange_modes must include psk_dhe_ke and must not include psk_ke")
    }
    if isShareWrong {
      record.literal(
        "psk_key_exchange_mlkem1024_non_compliant", "psk_dhe_ke requires key_share with MLKEM1024")
    }
    if areBindersWrong {
      record.literal(
        "pre_shared_key_non_compliant",
        "pre_shared_key binders must be present and each binder must be at least 256 bits")
    }
    return !(isAlone || areModesWrong || isShareWrong || areBindersWrong)
  }

  static let minBinder = 32

  /// Whether there is a binder, and none is short, in a value that is whole.
  ///
  /// ```
  ///  0                 2            2+n              4+n
  /// +-----------------+------------+----------------+--------------------------+---
  /// | identities' size | identities | binders' size | length and binder, each  | …
  /// +-----------------+------------+----------------+--------------------------+---
  /// ```
  private static func areBindersLong(_ value: Span<UInt8>) -> Bool {
    var input = Reader(value)
    guard let identities = try? input.u16(), (try? input.skip(Int(identities))) != nil,
      let size = try? input.u16(), Int(size) == input.count, !input.isAtEnd
    else { return false }
    while !input.isAtEnd {
      guard let length = try? input.u8(), length >= minBinder,
        (try? input.skip(Int(length))) != nil
      else { return false }
    }
    return true
  }

  /// Notes the modes of a list; false where its length is wrong.
  private mutating func addModes(_ value: Span<UInt8>) -> Bool {
    guard !value.isEmpty, Int(value[0]) == value.count - 1 else { return false }
    for i in 1..<value.count {
      if value[i] == 0 { modes.plain = true }
      if value[i] == 1 { modes.dhe = true }
    }
    return true
  }

  /// Notes the groups that keys are sent for; a list that ends with an empty key is not whole.
  private mutating func addShares(_ value: Span<UInt8>) throws(Malformed) {
    var input = Reader(value)
    guard Int(try input.u16()) == input.count else { throw .invalid }
    while !input.isAtEnd {
      let group = try input.u16()
      let length = Int(try input.u16())
      guard length > 0 || !input.isAtEnd else { throw .invalid }
      try input.skip(length)
      if group == 0x0202 { shares.mlkem1024 = true }
    }
  }
}
