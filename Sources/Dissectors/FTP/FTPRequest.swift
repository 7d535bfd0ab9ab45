import Bytes
import Wire

extension FTP {
  /// A command: `RETR notes.txt`, alone in its segment.
  ///
  /// RFC 959 §4.1 and the RFCs that add to it.
  struct Request: PlainMessage, ~Escapable {
    static let profile = Profile(
      "ftp.request", over: .tcp,
      when: .keyword(
        """
        ABOR|ACCT|ADAT|ALGS|ALLO|APPE|AUTH|CCC |CCC\r|CDUP|CLNT|CONF|CWD |CWD\r|DELE|ENC |ENC\r|\
        EPRT|EPSV|FEAT|HELP|HOST|LANG|LIST|LPRT|LPSV|MDTM|MIC |MIC\r|MKD |MKD\r|MLSD|MLST|MODE|\
        NLST|NOOP|OPTS|PASS|PASV|PBSZ|PORT|PROT|PWD |PWD\r|QUIT|REIN|REST|RETR|RMD |RMD\r|RNFR|\
        RNTO|SITE|SIZE|SMNT|STAT|STOR|STOU|STRU|SYST|TYPE|USER|XCUP|XCWD|XMKD|XPWD|XRMD
        """), .preferred(destination: 21),
      key: "ftp", summary: "FTP commands", specification: "RFC 959 §4.1")

    private let command: Span<UInt8>
    private let argument: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      command = input.take { $0.isASCIILetter }
      guard 3...4 ~= command.count else { throw input.reject() }
      _ = input.skip(ifNext: UInt8(ascii: " "))
      argument = try input.takeLine()
      guard input.isAtEnd else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) {
      if command.equalsIgnoringCase("pass"), !argument.isEmpty {
        record.mark(exposed: .exposedCredentialsPlaintext)
      }
      record.object("ftp") { ftp in
        ftp.object("request") { request in
          request.text("command", command)
          request.text("argument", argument)
        }
      }
    }
  }
}
