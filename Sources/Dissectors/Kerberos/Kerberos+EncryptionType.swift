import Wire

extension Kerberos {
  /// How something is encrypted, RFC 3961 §8; negative numbers are of local use.
  struct EncryptionType: RawRepresentable {
    let rawValue: Int64

    /// The name, `unknown` for numbers that could have one; `nil` for those that could not.
    var name: StaticString? {
      switch rawValue {
      case 4: "des_cbc_raw"
      case 6: "des3_cbc_raw"
      case 8: "des_hmac_sha1"
      case -128: "rc4_md4"
      case -129: "rc4_plain2"
      case -130: "rc4_lm"
      case -131: "rc4_sha"
      case -132: "des_plain"
      case -133: "rc4_hmac_old"
      case -134: "rc4_plain_old"
      case -135: "rc4_hmac_old_exp"
      case -136: "rc4_plain_old_exp"
      case -140: "rc4_plain"
      case -141: "rc4_plain_exp"
      default: registeredName
      }
    }

    private var registeredName: StaticString? {
      switch rawValue {
      case 0: "reserved"
      case 1: "des_cbc_crc"
      case 2: "des_cbc_md4"
      case 3: "des_cbc_md5"
      case 5: "des3_cbc_md5"
      case 7: "des3_cbc_sha1"
      case 9: "dsaWithSHA1_CmsOID"
      case 10: "md5WithRSAEncryption_CmsOID"
      case 11: "sha1WithRSAEncryption_CmsOID"
      case 12: "rc2CBC_EnvOID"
      case 13: "rsaEncryption_EnvOID"
      case 14: "rsaES_OAEP_ENV_OID"
      case 15: "des_ede3_cbc_Env_OID"
      case 16: "des3_cbc_sha1_kd"
      case 17: "aes128_cts_hmac_sha1_96"
      case 18: "aes256_cts_hmac_sha1_96"
      case 19: "aes128_cts_hmac_sha256_128"
      case 20: "aes256_cts_hmac_sha384_192"
      case 23: "rc4_hmac"
      case 24: "rc4_hmac_exp"
      case 25: "camellia128_cts_cmac"
      case 26: "camellia256_cts_cmac"
      case 65: "subkey_keymaterial"
      case 0...Int64(UInt32.max): "unknown"
      default: nil
      }
    }

    func report(_ key: StaticString, to record: inout RecordWriter) {
      record.name(key, name, signedCode: rawValue)
    }
  }
}
