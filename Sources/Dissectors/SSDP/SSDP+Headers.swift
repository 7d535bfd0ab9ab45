import Bytes
import Wire

extension SSDP {
  /// Walks the headers behind the start line: a name up to the next colon, wherever that is, and a
  /// value up to the end of that line.
  ///
  /// An empty line ends nothing; it is the beginning of an unknown name.
  struct Headers: ~Escapable {
    private var rest: Reader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { rest = Reader(bytes) }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Header? {
      guard let name = try? rest.take(until: UInt8(ascii: ":")),
        let line = try? rest.take(until: 0x0a)
      else { return nil }
      var length = name.count
      while length > 0, name[length - 1] == UInt8(ascii: " ") { length -= 1 }
      let hasReturn = !line.isEmpty && line[line.count - 1] == 0x0d
      return Header(
        name: name.extracting(first: length),
        value: line.extracting(first: line.count - (hasReturn ? 1 : 0)))
    }
  }

  /// One header; the space behind its colon belongs to the value.
  struct Header: ~Escapable {
    let name: Span<UInt8>
    let value: Span<UInt8>

    @_lifetime(copy name, copy value)
    init(name: Span<UInt8>, value: Span<UInt8>) {
      self.name = name
      self.value = value
    }

    /// The key that it is reported under; `nil` for headers that are not.
    func key(amongAll: Bool) -> StaticString? {
      if let key = tellingKey { return key }
      return amongAll ? furtherKey : nil
    }

    /// The headers that tell devices and programs apart.
    private var tellingKey: StaticString? {
      switch name.count {
      case 2 where name.equalsIgnoringCase("nt"): "notify_type"
      case 2 where name.equalsIgnoringCase("st"): "target"
      case 4 where name.equalsIgnoringCase("host"): "host"
      case 6 where name.equalsIgnoringCase("server"): "server"
      case 8 where name.equalsIgnoringCase("location"): "location"
      case 10 where name.equalsIgnoringCase("user-agent"): "user_agent"
      default: nil
      }
    }

    private var furtherKey: StaticString? {
      switch name.count {
      case 2 where name.equalsIgnoringCase("mx"): "delay"
      case 3 where name.equalsIgnoringCase("nts"): "notify_subtype"
      case 3 where name.equalsIgnoringCase("usn"): "usn"
      case 3 where name.equalsIgnoringCase("ext"): "ext"
      case 3 where name.equalsIgnoringCase("opt"): "opt"
      case 3 where name.equalsIgnoringCase("man"): "man"
      case 4 where name.equalsIgnoringCase("date"): "date"
      case 6 where name.equalsIgnoringCase("01-nls"): "nls"
      case 13 where name.equalsIgnoringCase("cache-control"): "cache_control"
      case 15 where name.equalsIgnoringCase("bootid.upnp.org"): "bootid"
      case 17 where name.equalsIgnoringCase("configid.upnp.org"): "conf_id"
      case 19 where name.equalsIgnoringCase("searchport.upnp.org"): "searchport"
      default: nil
      }
    }
  }
}
