import Bytes
import Wire

extension IMAP {
  /// One command: a tag of the client's choice, a known name, arguments with the CR LF behind.
  struct Command: ~Escapable {
    private let tag: Span<UInt8>
    private let name: Span<UInt8>
    private let arguments: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      tag = try input.takeWord()
      name = input.take { $0.isAtomPart }
      guard !name.isEmpty, Self.isKnown(name) else { throw input.reject() }
      _ = input.skip(ifNext: UInt8(ascii: " "))
      arguments = input.rest
    }

    /// Whether the arguments are what the command asks for; only LOGIN's are looked at.
    var isWellFormed: Bool {
      guard name.equalsIgnoringCase("login") else { return true }
      var rest = Reader(arguments)
      return (try? Credentials(&rest)) != nil
    }

    func report(to record: inout RecordWriter) {
      record.flag("is_tagged", true)
      record.text("tag", tag)
      record.text("command", name)
      if name.equalsIgnoringCase("login") {
        var rest = Reader(arguments)
        if let credentials = try? Credentials(&rest) { credentials.report(to: &record) }
      } else if name.equalsIgnoringCase("authenticate") {
        record.text("auth_type", arguments.extracting(droppingLast: 2))
      } else if !arguments.isEmpty {
        record.number("args_length", UInt(arguments.count))
        if record.wants(.metadata) { record.text("arguments", arguments) }
      }
    }

    /// In what form the command exposes credentials, or says that the next line will.
    var exposure: Attributes? {
      if name.equalsIgnoringCase("login") { return .exposedCredentialsPlaintext }
      guard name.equalsIgnoringCase("authenticate") else { return nil }
      var rest = Reader(arguments.extracting(droppingLast: min(2, arguments.count)))
      let mechanism = rest.take { $0 != UInt8(ascii: " ") }
      if mechanism.equalsIgnoringCase("plain") || mechanism.equalsIgnoringCase("login") {
        return .exposedCredentialsPlaintext
      }
      if mechanism.equalsIgnoringCase("oauth") || mechanism.equalsIgnoringCase("oauthbearer")
        || mechanism.equalsIgnoringCase("xoauth2") || mechanism.equalsIgnoringCase("gssapi")
      {
        return .exposedCredentialsToken
      }
      let isDerived =
        mechanism.equalsIgnoringCase("cram-md5") || mechanism.equalsIgnoringCase("digest-md5")
        || mechanism.equalsIgnoringCase("scram-sha-1")
        || mechanism.equalsIgnoringCase("scram-sha-256") || mechanism.equalsIgnoringCase("ntlm")
      return isDerived ? .exposedCredentialsDerived : nil
    }

    /// A command of RFC 3501, or an experimental one.
    private static func isKnown(_ name: Span<UInt8>) -> Bool {
      if name[0].lowercasedASCII == UInt8(ascii: "x") { return true }
      switch name.count {
      case 3: return name.equalsIgnoringCase("uid")
      case 4:
        return name.equalsIgnoringCase("copy")
          || name.equalsIgnoringCase("list")
          || name.equalsIgnoringCase("lsub")
          || name.equalsIgnoringCase("noop")
      case 5:
        return name.equalsIgnoringCase("check")
          || name.equalsIgnoringCase("close")
          || name.equalsIgnoringCase("fetch")
          || name.equalsIgnoringCase("login")
          || name.equalsIgnoringCase("store")
      case 6:
        return name.equalsIgnoringCase("append")
          || name.equalsIgnoringCase("create")
          || name.equalsIgnoringCase("delete")
          || name.equalsIgnoringCase("logout")
          || name.equalsIgnoringCase("rename")
          || name.equalsIgnoringCase("search")
          || name.equalsIgnoringCase("select")
          || name.equalsIgnoringCase("status")
      case 7:
        return name.equalsIgnoringCase("examine")
          || name.equalsIgnoringCase("expunge")
      case 8: return name.equalsIgnoringCase("starttls")
      case 9: return name.equalsIgnoringCase("subscribe")
      case 10: return name.equalsIgnoringCase("capability")
      case 11: return name.equalsIgnoringCase("unsubscribe")
      case 12: return name.equalsIgnoringCase("authenticate")
      default: return false
      }
    }
  }

  /// LOGIN's arguments: two strings, of which the first may be one to wait for.
  struct Credentials: ~Escapable {
    private let user: Text
    private let password: Text?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      user = try Text(&input)
      if user.isPending {
        password = nil
      } else {
        try input.expect(" ")
        password = try Text(&input)
      }
      try input.expect("\r\n")
      guard input.isAtEnd else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) {
      user.report("username", to: &record)
      password?.report("password", to: &record)
    }
  }

  /// A string in one of its three forms (RFC 9051 §4.3); in quotes, these are part of it.
  enum Text: ~Escapable {
    case plain(Span<UInt8>)
    case literal(Literal)

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      guard !input.isAtEnd else { throw input.reject() }
      switch input.rest[0] {
      case UInt8(ascii: "{"): self = .literal(try Literal(&input))
      case UInt8(ascii: "\""): self = .plain(try Self.quoted(&input))
      default:
        let word = input.take { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }
        guard !word.isEmpty else { throw input.reject() }
        self = .plain(word)
      }
    }

    @_lifetime(copy input)
    private static func quoted(_ input: inout Reader) throws(Malformed) -> Span<UInt8> {
      let all = input.rest
      var end = 1
      while end < all.count, all[end] != UInt8(ascii: "\"") {
        end += all[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      return try input.take(end + 1)
    }

    /// Whether the bytes are still to come.
    var isPending: Bool {
      switch self {
      case .plain: false
      case .literal(let literal): literal.isSynchronizing
      }
    }

    func report(_ key: StaticString, to record: inout RecordWriter) {
      switch self {
      case .plain(let text): record.text(key, text)
      case .literal(let literal):
        record.object(key) { object in
          object.number("size", literal.size)
          object.flag("synchronizing", literal.isSynchronizing)
          object.text("data", literal.data)
        }
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte may stand in an atom: no control, no space, nothing of `(){%*"\]`.
  fileprivate var isAtomPart: Bool {
    guard 0x21...0x7e ~= self else { return false }
    switch self {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "%"),
      UInt8(ascii: "*"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"):
      return false
    default: return true
    }
  }
}
