import Support
import Testing

@Suite(.tags(.unit)) struct HTTPTests {
  private let request = Reading("http.request", everything)
  private let response = Reading("http.response", everything)
  private let get = "GET / HTTP/1.1\r\n"

  @Test func aRequestShowsOnlyItsUserAgentUnlessAskedForMore() throws {
    #expect(
      try Reading("http.request").json(get + "Host: a\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n")
        == """
        {"fingerprints":{"http":"http/(474554)(485454502f312e31)\
        ((486f7374)(557365722d4167656e74)(4163636570743a202a2f2a))"},\
        "http":{"request":{"user_agent":"x"}}}
        """)
  }

  @Test func metadataHoldsAllOfARequest() throws {
    #expect(
      try request.json(get + "HOST: a\r\nVia: v\r\nUpgrade: h2c\r\nReferer: r\r\n\r\nbody") == """
        {"fingerprints":{"http":"http/(474554)(485454502f312e31)((484f5354))"},"http":{"request":\
        {"method":"GET","uri":"/","protocol":"HTTP/1.1","host":"a","via":"v","upgrade":"h2c",\
        "referer":"r","headers":[{"name":"HOST","value":"a","delimiter":"\\u000d\\u000a"},\
        {"name":"Via","value":"v","delimiter":"\\u000d\\u000a"},\
        {"name":"Upgrade","value":"h2c","delimiter":"\\u000d\\u000a"},\
        {"name":"Referer","value":"r","delimiter":"\\u000d\\u000a"}],"body":"626f6479"}}}
        """)
  }

  @Test(arguments: [
    "GE / HTTP/1.1\r\n", "CHECk / HTTP/1.1\r\n", "GET HTTP/1.1\r\n\r\n", "GET / HTTP\r\n",
    "CHECKABCDEFGHIJKL / HTTP/1.1\r\n", "GET a b HTTP/1.1\r\n", "GET", "",
  ])
  func rejectsWhatIsNoRequest(_ text: String) throws { #expect(try request.json(text) == nil) }

  @Test(arguments: [
    // Lines may end as the start line did, in CRLF, or in LF.
    ("GET / HTTP/1.1\nA: b\r\nC: d\n\nx", ["A=b", "C=d"], "78"),
    ("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\nx", ["A=b", "C=d"], "78"),
    // A header without a colon becomes part of the next one's name.
    ("GET / HTTP/1.1\r\nA: b\r\nCd\r\nE: f\r\n\r\n", ["A=b", "Cd\\u000d\\u000aE=f"], nil),
    // Everything up to the first letter ends the start line.
    ("GET / HTTP/1.1\r\n 1A: v\r\n\r\nX: y", ["A=v"], "583a2079"),
    ("GET / HTTP/1.1\r\n\r\nbody: x\r\n\r\ny", ["body=x"], nil),
    ("GET / HTTP/1.1\r\nA: b", ["A=b"], nil), ("GET / HTTP/1.1\r\nA:\t b ", ["A=b "], nil),
    ("GET / HTTP/1.1\r\nAb\r\n\r\n", [], nil), ("GET / HTTP/1.1", [], nil),
  ])
  func walksHeaders(_ text: String, _ headers: [String], _ body: String?) throws {
    let json = try #require(try request.json(text))
    for header in headers {
      let parts = header.split(separator: "=")
      #expect(json.contains(#""name":"\#(parts[0])","value":"\#(parts[1])""#))
    }
    #expect(json.components(of: #""name":"#) == headers.count)
    #expect(json.components(of: #""headers":"#) == (headers.isEmpty ? 0 : 1))
    #expect(json.contains(#""body":"\#(body ?? "")"#) == (body != nil))
  }

  @Test func theFirstOfANameCountsEvenIfItIsEmpty() throws {
    let json = try request.json(get + "User-Agent:\r\nUSER-AGENT: y\r\nHost: a\r\nHost: b\r\n\r\n")
    #expect(json?.contains(#""user_agent""#) == false)
    #expect(json?.contains(#""host":"a","headers""#) == true)
  }

  @Test func reportsTheBeginningOfTheBody() throws {
    let body = String(repeating: "z", count: 600)
    let json = try request.json(get + "A: b\r\n\r\n" + body)
    #expect(json?.hasSuffix(#""body":"\#(String(repeating: "7a", count: 512))"}}}"#) == true)
  }

  @Test(arguments: [
    ("Basic dXNlcjpwYXNzMQ==", #"{"basic":{"param":"user:pass1"}}"#),
    ("Basic dXNlcjpwYXNzM", #"{"basic":{"param":""}}"#),
    ("Basic dX_l", #"{"basic":{"param":""}}"#),
    ("Basic d=Nl", #"{"basic":{"param":"t\u0003e"}}"#),
    ("Digest a=\"b\"", #"{"digest":{"param":"a=\"b\""}}"#),
    ("basic dXNl", #"{"unknown":{"param":"dXNl"}}"#),
    (
      "Bearer eyJh.eyJi.c2ln.x",
      ##"{"bearer":{"header":"{\"a","payload":"{\"b","signature":"c2ln.x"}}"##
    ),
    ("Bearer dXN.dXNl.a", #"{"bearer":{"token":"dXN.dXNl.a"}}"#),
    ("Bearer abc", #"{"bearer":{}}"#),
  ])
  func showsCredentials(_ value: String, _ shown: String) throws {
    let json = try request.json(get + "Authorization: \(value)\r\n\r\n")
    #expect(json?.contains(#","authorization":\#(shown),"headers""#) == true)
  }

  @Test func credentialsWithoutASpaceAreNotShown() throws {
    let json = try request.json(get + "Authorization: Basic\r\n\r\n")
    #expect(json?.contains(#""authorization""#) == false)
  }

  @Test func aResponseShowsNothingUnlessAskedForMore() throws {
    #expect(
      try Reading("http.response").json("HTTP/1.1 200 OK\r\nServer: v\r\nDate: d\r\n\r\n") == """
        {"fingerprints":{"http_server":"http_server/(485454502f312e31)(323030)(4f4b)\
        ((5365727665723a2076)(44617465))"}}
        """)
  }

  @Test func metadataHoldsAllOfAResponse() throws {
    let json = try response.json(
      "HTTP/1.1 200 \r\nServer: v\r\nContent-Type: t\r\nContent-Length: 1\r\n\r\nx")
    #expect(
      json?.contains(
        """
        "http":{"response":{"version":"HTTP/1.1","status_code":"200","status_reason":"",\
        "content_type":"t","content_length":"1","server":"v","headers":[
        """) == true)
    #expect(json?.hasSuffix(#""body":"78"}}}"#) == true)
  }

  @Test func aStartLineWithoutSpacesIsReadAByteFurtherOn() throws {
    #expect(
      try response.json("HTTP") == """
        {"fingerprints":{"http_server":"http_server/(48545450)(545450)(5450)()"},"http":{"response":\
        {"version":"HTTP","status_code":"TTP","status_reason":"TP"}}}
        """)
    #expect(try response.json("HTTP/1.1  OK\r\n") == nil)
  }

  @Test(arguments: [
    "POST /a HTTP/1.1\r\nHost: b\r\nUser-Agent: c\r\nAuthorization: Bearer YWJj.YWJj.x\r\n\r\nbody",
    "HTTP/1.1 404 Not Found\r\nServer: a\r\nVia: b\r\nP3P: x\r\n\r\nbody",
  ])
  func neverTraps(_ text: String) throws {
    try request.survive([UInt8](text.utf8))
    try response.survive([UInt8](text.utf8))
  }
}

extension String {
  /// How often `text` occurs.
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
