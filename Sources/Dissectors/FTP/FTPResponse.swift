import Bytes
import Wire

extension FTP {
  /// A reply: three digits and text, `-` between them where more lines follow (RFC 959 §4.2).
  struct Response: PlainMessage, ~Escapable {
    static let profile = Profile(
      "ftp.response", over: .tcp, when: .port(.source(21)), key: "ftp", summary: "FTP replies",
      specification: "RFC 959 §4.2")

    private let status: Span<UInt8>
    /// All that follows, further lines and line ends included.
    private let text: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      status = input.take { $0.isASCIIDigit }
      guard status.count == 3 else { throw input.reject() }
      switch try input.u8() {
      case UInt8(ascii: " "), UInt8(ascii: "-"): text = input.rest
      default: throw input.reject()
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("ftp") { ftp in
        ftp.object("response") { response in
          response.text("status_code", status)
          response.text("reply_text", text)
        }
      }
    }
  }
}
