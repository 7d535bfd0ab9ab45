/// Names of IKEv2's registries (IANA, ikev2-parameters), as records have always spelled them.
extension IKE {
  enum Names {
    /// Exchange types, RFC 7296 §3.1.
    static func exchange(_ code: UInt8) -> StaticString? {
      switch code {
      case 34: "IKE_SA_INIT"
      case 35: "IKE_AUTH"
      case 36: "CREATE_CHILD_SA"
      case 37: "INFORMATIONAL"
      case 38: "IKE_SESSION_RESUME"
      case 39: "GSA_AUTH"
      case 40: "GSA_REGISTRATION"
      case 41: "GSA_REKEY"
      case 43: "IKE_INTERMEDIATE"
      case 44: "IKE_FOLLOWUP_KE"
      default: nil
      }
    }

    /// Payload types, RFC 7296 §3.2.
    static func payload(_ code: UInt8) -> StaticString? {
      switch code {
      case 0: "No_Next_Payload"
      case 33: "Security_Association"
      case 34: "Key_Exchange"
      case 35: "Identification_Initiator"
      case 36: "Identification_Responder"
      case 37: "Certificate"
      case 38: "Certificate_Request"
      case 39: "Authentication"
      case 40: "Nonce"
      case 41: "Notify"
      case 42: "Delete"
      case 43: "Vendor_ID"
      case 44: "Traffic_Selector_Initiator"
      case 45: "Traffic_Selector_Responder"
      case 46: "Encrypted_and_Authenticated"
      case 47: "Configuration"
      case 48: "Extensible_Authentication"
      case 49: "Generic_Secure_Password_Method"
      case 50: "Group_Identification"
      case 51: "Group_Security_Association"
      case 52: "Key_Download"
      case 53: "Encrypted_and_Authenticated_Fragment"
      case 54: "Puzzle_Solution"
      default: nil
      }
    }

    /// Transform types, RFC 7296 §3.3.2.
    static func transform(_ code: UInt8) -> StaticString? {
      switch code {
      case 1: "Encryption_Algorithm"
      case 2: "Pseudo_random_Function"
      case 3: "Integrity_Algorithm"
      case 4: "Key_Exchange_Method"
      case 5: "Extended_Sequence_Numbers"
      case 6: "Additional_Key_Exchange_1"
      case 7: "Additional_Key_Exchange_2"
      case 8: "Additional_Key_Exchange_3"
      case 9: "Additional_Key_Exchange_4"
      case 10: "Additional_Key_Exchange_5"
      case 11: "Additional_Key_Exchange_6"
      case 12: "Additional_Key_Exchange_7"
      default: nil
      }
    }

    /// Transform type 1.
    static func encryption(_ code: UInt16) -> StaticString? {
      switch code {
      case 1: "ENCR_DES_IV64"
      case 2: "ENCR_DES"
      case 3: "ENCR_3DES"
      case 4: "ENCR_RC5"
      case 5: "ENCR_IDEA"
      case 6: "ENCR_CAST"
      case 7: "ENCR_BLOWFISH"
      case 8: "ENCR_3IDEA"
      case 9: "ENCR_DES_IV32"
      case 11: "ENCR_NULL"
      case 12: "ENCR_AES_CBC"
      case 13: "ENCR_AES_CTR"
      case 14: "ENCR_AES_CCM_8"
      case 15: "ENCR_AES_CCM_12"
      case 16: "ENCR_AES_CCM_16"
      case 18: "ENCR_AES_GCM_8"
      case 19: "ENCR_AES_GCM_12"
      case 20: "ENCR_AES_GCM_16"
      case 21: "ENCR_NULL_AUTH_AES_GMAC"
      case 23: "ENCR_CAMELLIA_CBC"
      case 24: "ENCR_CAMELLIA_CTR"
      case 25: "ENCR_CAMELLIA_CCM_8"
      case 26: "ENCR_CAMELLIA_CCM_12"
      case 27: "ENCR_CAMELLIA_CCM_16"
      case 28: "ENCR_CHACHA20_POLY1305"
      case 29: "ENCR_AES_CCM_8_IIV"
      case 30: "ENCR_AES_GCM_16_IIV"
      case 31: "ENCR_CHACHA20_POLY1305_IIV"
      case 32: "ENCR_KUZNYECHIK_MGM_KTREE"
      case 33: "ENCR_MAGMA_MGM_KTREE"
      case 34: "ENCR_KUZNYECHIK_MGM_MAC_KTREE"
      case 35: "ENCR_MAGMA_MGM_MAC_KTREE"
      default: nil
      }
    }

    /// Transform type 2.
    static func pseudorandomFunction(_ code: UInt16) -> StaticString? {
      switch code {
      case 1: "PRF_HMAC_MD5"
      case 2: "PRF_HMAC_SHA1"
      case 3: "PRF_HMAC_TIGER"
      case 4: "PRF_AES128_XCBC"
      case 5: "PRF_HMAC_SHA2_256"
      case 6: "PRF_HMAC_SHA2_384"
      case 7: "PRF_HMAC_SHA2_512"
      case 8: "PRF_AES128_CMAC"
      case 9: "PRF_HMAC_STREEBOG_512"
      default: nil
      }
    }

    /// Transform type 3.
    static func integrity(_ code: UInt16) -> StaticString? {
      switch code {
      case 0: "NONE"
      case 1: "AUTH_HMAC_MD5_96"
      case 2: "AUTH_HMAC_SHA1_96"
      case 3: "AUTH_DES_MAC"
      case 4: "AUTH_KPDK_MD5"
      case 5: "AUTH_AES_XCBC_96"
      case 6: "AUTH_HMAC_MD5_128"
      case 7: "AUTH_HMAC_SHA1_160"
      case 8: "AUTH_AES_CMAC_96"
      case 9: "AUTH_AES_128_GMAC"
      case 10: "AUTH_AES_192_GMAC"
      case 11: "AUTH_AES_256_GMAC"
      case 12: "AUTH_HMAC_SHA2_256_128"
      case 13: "AUTH_HMAC_SHA2_384_192"
      case 14: "AUTH_HMAC_SHA2_512_256"
      default: nil
      }
    }

    /// Transform type 4.
    static func group(_ code: UInt16) -> StaticString? {
      switch code {
      case 0: "NONE"
      case 1: "768_bit_MODP_Group"
      case 2: "1024_bit_MODP_Group"
      case 5: "1536_bit_MODP_Group"
      case 14: "2048_bit_MODP_Group"
      case 15: "3072_bit_MODP_Group"
      case 16: "4096_bit_MODP_Group"
      case 17: "6144_bit_MODP_Group"
      case 18: "8192_bit_MODP_Group"
      case 19: "256_bit_random_ECP_group"
      case 20: "384_bit_random_ECP_group"
      case 21: "521_bit_random_ECP_group"
      case 22: "1024_bit_MODP_Group_with_160_bit_Prime_Order_Subgroup"
      case 23: "2048_bit_MODP_Group_with_224_bit_Prime_Order_Subgroup"
      case 24: "2048_bit_MODP_Group_with_256_bit_Prime_Order_Subgroup"
      case 25: "192_bit_Random_ECP_Group"
      case 26: "224_bit_Random_ECP_Group"
      case 27: "brainpoolP224r1"
      case 28: "brainpoolP256r1"
      case 29: "brainpoolP384r1"
      case 30: "brainpoolP512r1"
      case 31: "Curve25519"
      case 32: "Curve448"
      case 33: "GOST3410_2012_256"
      case 34: "GOST3410_2012_512"
      case 35: "ml_kem_512"
      case 36: "ml_kem_768"
      case 37: "ml_kem_1024"
      default: nil
      }
    }

    /// Transform type 5.
    static func sequenceNumbers(_ code: UInt16) -> StaticString? {
      switch code {
      case 0: "No_Extended_Sequence_Numbers"
      case 1: "Extended_Sequence_Numbers"
      default: nil
      }
    }

    /// RFC 7296 §3.3.1.
    static func securityProtocol(_ code: UInt8) -> StaticString? {
      switch code {
      case 1: "IKE"
      case 2: "AH"
      case 3: "ESP"
      case 4: "FC_ESP_HEADER"
      case 5: "FC_CT_AUTHENTICATION"
      default: nil
      }
    }
  }
}
