import Bytes
import Wire

extension Redis {
  /// A reply: `+OK`, `-ERR text`, `:42`, or a bulk string; arrays are not told of.
  struct Response: PlainMessage, ~Escapable {
    static let profile = Profile(
      "redis.response", over: .tcp, when: .port(.source(6379)), key: "redis",
      summary: "Redis replies", specification: "Redis serialization protocol, RESP2")

    private let type: StaticString
    private let data: Span<UInt8>?
    private let isTruncated: Bool

    /// How much of a bulk string is reported.
    private static let maxData = 100

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      guard !input.isAtEnd else { throw input.reject() }
      switch input.rest[0] {
      case UInt8(ascii: "$"):
        let string = try BulkString(&input)
        (type, data, isTruncated) = ("bulk_string", string.data, string.isTruncated)
        return
      case UInt8(ascii: "+"): type = "simple_string"
      case UInt8(ascii: "-"): type = "error"
      case UInt8(ascii: ":"): type = "integer"
      default: throw input.reject()
      }
      try input.skip(1)
      let line = try input.takeLine()
      guard !line.isEmpty else { throw input.reject() }
      (data, isTruncated) = (line, false)
    }

    func report(to record: inout RecordWriter) {
      record.object("redis") { redis in
        redis.object("response") { response in
          response.literal("type", type)
          if let data {
            response.textOrEmpty("data", data.extracting(first: min(data.count, Self.maxData)))
          }
          if isTruncated { response.flag("truncated", true) }
        }
      }
    }
  }
}
