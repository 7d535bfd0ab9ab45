import Bytes

extension TLS {
  /// The groups of IANA's registry, by the code that `supported_groups` has for them.
  static let groupNames = NameTable(
    """
    0001 sect163k1
    0002 sect163r1
    0003 sect163r2
    0004 sect193r1
    0005 sect193r2
    0006 sect233k1
    0007 sect233r1
    0008 sect239k1
    0009 sect283k1
    000a sect283r1
    000b sect409k1
    000c sect409r1
    000d sect571k1
    000e sect571r1
    000f secp160k1
    0010 secp160r1
    0011 secp160r2
    0012 secp192k1
    0013 secp192r1
    0014 secp224k1
    0015 secp224r1
    0016 secp256k1
    0017 secp256r1
    0018 secp384r1
    0019 secp521r1
    001a brainpoolP256r1
    001b brainpoolP384r1
    001c brainpoolP512r1
    001d x25519
    001e x448
    001f brainpoolP256r1tls13
    0020 brainpoolP384r1tls13
    0021 brainpoolP512r1tls13
    0022 GC256A
    0023 GC256B
    0024 GC256C
    0025 GC256D
    0026 GC512A
    0027 GC512B
    0028 GC512C
    0029 curveSM2
    0100 ffdhe2048
    0101 ffdhe3072
    0102 ffdhe4096
    0103 ffdhe6144
    0104 ffdhe8192
    0200 MLKEM512
    0201 MLKEM768
    0202 MLKEM1024
    11eb SecP256r1MLKEM768
    11ec X25519MLKEM768
    11ed SecP384r1MLKEM1024
    6399 X25519Kyber768Draft00
    639a SecP256r1Kyber768Draft00
    ff01 arbitrary_explicit_prime_curves
    ff02 arbitrary_explicit_char2_curves
    """)

  /// The extensions of IANA's registry.
  static let extensionNames = NameTable(
    """
    0000 server_name
    0001 max_fragment_length
    0002 client_certificate_url
    0003 trusted_ca_keys
    0004 truncated_hmac
    0005 status_request
    0006 user_mapping
    0007 client_authz
    0008 server_authz
    0009 cert_type
    000a supported_groups
    000b ec_point_formats
    000c srp
    000d signature_algorithms
    000e use_srtp
    000f heartbeat
    0010 application_layer_protocol_negotiation
    0011 status_request_v2
    0012 signed_certificate_timestamp
    0013 client_certificate_type
    0014 server_certificate_type
    0015 padding
    0016 encrypt_then_mac
    0017 extended_master_secret
    0018 token_binding
    0019 cached_info
    001a tls_lts
    001b compress_certificate
    001c record_size_limit
    001d pwd_protect
    001e pwd_clear
    001f password_salt
    0020 ticket_pinning
    0021 tls_cert_with_extern_psk
    0022 delegated_credential
    0023 session_ticket
    0024 TLMSP
    0025 TLMSP_proxying
    0026 TLMSP_delegate
    0027 supported_ekt_ciphers
    0029 pre_shared_key
    002a early_data
    002b supported_versions
    002c cookie
    002d psk_key_exchange_modes
    002f certificate_authorities
    0030 oid_filters
    0031 post_handshake_auth
    0032 signature_algorithms_cert
    0033 key_share
    0034 transparency_info
    0035 connection_id_deprecated
    0036 connection_id
    0037 external_id_hash
    0038 external_session_id
    0039 quic_transport_parameters
    003a ticket_request
    003b dnssec_chain
    003c sequence_number_encryption_algorithms
    003d rrc
    fd00 ech_outer_extensions
    fe0d encrypted_client_hello
    ff01 renegotiation_info
    """)
}

extension NameTable {
  /// The name of a code that the table has as four hexadecimal digits.
  @_lifetime(immortal)
  func name(hexCode code: UInt16) -> Span<UInt8>? {
    var key = InlineArray<4, UInt8>(repeating: 0)
    for i in 0..<4 {
      key[i] = (UInt8(truncatingIfNeeded: code >> UInt16(12 - 4 * i)) & 15).hexDigit
    }
    return name(of: key.span)
  }
}
