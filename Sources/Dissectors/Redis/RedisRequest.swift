import Bytes
import Wire

extension Redis {
  /// A command, as an array of bulk strings or on a line of its own.
  ///
  /// ```
  /// *2 CR LF $4 CR LF AUTH CR LF $6 CR LF secret CR LF
  /// AUTH secret CR LF
  /// ```
  /// Only AUTH's arguments are looked at; any other command on a line must have none.
  struct Request: PlainMessage, ~Escapable {
    static let profile = Profile(
      "redis.request", over: .tcp, when: .port(.destination(6379)), .keyword("AUTH"),
      .preferred(destination: 6379), key: "redis", summary: "Redis commands",
      specification: "Redis serialization protocol, RESP2")

    private let command: Span<UInt8>?
    private let user: Span<UInt8>?
    private let password: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      if input.skip(ifNext: UInt8(ascii: "*")) {
        self = try Self(array: &input)
      } else {
        self = try Self(line: &input)
      }
    }

    @_lifetime(copy input)
    private init(array input: inout Reader) throws(Malformed) {
      let count = try Redis.number(&input)
      guard count > 0 else { throw input.reject() }
      command = try BulkString(&input).data
      guard command?.isAlphanumeric ?? true else { throw input.reject() }
      let isAuth = command?.equalsIgnoringCase("auth") ?? false
      user = isAuth && count == 3 ? try BulkString(&input).data : nil
      password = isAuth && 2...3 ~= count ? try BulkString(&input).data : nil
    }

    @_lifetime(copy input)
    private init(line input: inout Reader) throws(Malformed) {
      let word = input.takeArgument()
      guard !word.isEmpty, word.isAlphanumeric else { throw input.reject() }
      command = word
      var (user, password): (Span<UInt8>?, Span<UInt8>?) = (nil, nil)
      if word.equalsIgnoringCase("auth"), input.skip(ifNext: UInt8(ascii: " ")) {
        let first = input.takeArgument()
        if input.skip(ifNext: UInt8(ascii: " ")) {
          user = first
          password = input.take { $0 != UInt8(ascii: "\r") }
        } else {
          password = first
        }
      }
      self.user = user
      self.password = password
      try input.expect("\r\n")
    }

    func report(to record: inout RecordWriter) {
      if let password, !password.isEmpty { record.mark(exposed: .exposedCredentialsPlaintext) }
      record.object("redis") { redis in
        redis.object("request") { request in
          request.text("command", command)
          guard let command, command.equalsIgnoringCase("auth") else { return }
          request.object("auth") { auth in
            auth.text("username", user)
            auth.text("password", password)
          }
        }
      }
    }
  }
}

extension Reader {
  /// What comes before the next space or CR; maybe nothing.
  @_lifetime(copy self) @_lifetime(self: copy self)
  fileprivate mutating func takeArgument() -> Span<UInt8> {
    take { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }
  }
}

extension Span where Element == UInt8 {
  fileprivate var isAlphanumeric: Bool {
    for i in indices where !self[i].isASCIIAlphanumeric { return false }
    return true
  }
}
