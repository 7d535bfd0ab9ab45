import Wire

extension MySQL {
  /// The lower half of the capability flags, lowest bit first.
  static func capability(_ bit: Int) -> StaticString {
    switch bit {
    case 0: "LONG_PASSWORD"
    case 1: "FOUND_ROWS"
    case 2: "LONG_FLAG"
    case 3: "CONNECT_WITH_DB"
    case 4: "NO_SCHEMA"
    case 5: "COMPRESS"
    case 6: "ODBC"
    case 7: "LOCAL_FILES"
    case 8: "IGNORE_SPACE"
    case 9: "PROTOCOL_41"
    case 10: "INTERACTIVE"
    case 11: "SSL"
    case 12: "IGNORE_SIGPIPE"
    case 13: "TRANSACTIONS"
    case 14: "RESERVED"
    default: "SECURE_CONNECTION"
    }
  }

  /// The upper half.
  static func extendedCapability(_ bit: Int) -> StaticString {
    switch bit {
    case 0: "MULTI_STATEMENTS"
    case 1: "MULTI_RESULTS"
    case 2: "PS_MULTI_RESULTS"
    case 3: "PLUGIN_AUTH"
    case 4: "CONNECT_ATTRS"
    case 5: "PLUGIN_AUTH_LENENC_CLIENT_DATA"
    case 6: "CAN_HANDLE_EXPIRED_PASSWORD"
    case 7: "SESSION_TRACK"
    case 8: "DEPRECATE_EOF"
    case 9: "OPTIONAL_RESULTSET_METADATA"
    case 10: "ZSTD_COMPRESSION_ALGORITHM"
    case 11: "QUERY_ATTRIBUTES"
    case 12: "MULTI_FACTOR_AUTHENTICATION"
    case 13: "CAPABILITY_EXTENSION"
    case 14: "SSL_VERIFY_SERVER_CERT"
    default: "REMEMBER_OPTIONS"
    }
  }

  /// The server's status flags.
  static func status(_ bit: Int) -> StaticString {
    switch bit {
    case 0: "STATUS_IN_TRANS"
    case 1: "STATUS_AUTOCOMMIT"
    case 2: "MULTI_QUERY"
    case 3: "MORE_RESULTS_EXISTS"
    case 4: "QUERY_NO_GOOD_INDEX_USED"
    case 5: "QUERY_NO_INDEX_USED"
    case 6: "STATUS_CURSOR_EXISTS"
    case 7: "STATUS_LAST_ROW_SENT"
    case 8: "STATUS_DB_DROPPED"
    case 9: "STATUS_NO_BACKSLASH_ESCAPES"
    case 10: "STATUS_METADATA_CHANGED"
    case 11: "QUERY_WAS_SLOW"
    case 12: "PS_OUT_PARAMS"
    case 13: "STATUS_IN_TRANS_READONLY"
    case 14: "SESSION_STATE_CHANGED"
    default: "RESERVED"
    }
  }
}
