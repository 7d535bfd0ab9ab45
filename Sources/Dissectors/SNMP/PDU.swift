import Bytes
import Wire
import X509

extension SNMP {
  /// What is asked for, answered or told: a protocol data unit.
  ///
  ///     [n] { request-id INTEGER, error-status INTEGER, error-index INTEGER, variable-bindings }
  ///
  /// RFC 3416 §3; the trap of version 1 has fields of its own (RFC 1157 §4.1.6).
  struct PDU: ~Escapable {
    /// Which one it is: the tag's number.
    private let type: UInt8
    private let contents: Reader

    @_lifetime(copy element)
    init(_ element: ASN1.Element) {
      type = element.tag.rawValue & 0x1f
      contents = element.contents
    }

    /// One that could not be read, and passes for an empty request.
    @_lifetime(copy contents)
    init(noneOf contents: Reader) {
      type = 0
      self.contents = contents
    }

    private static let trap: UInt8 = 4

    /// Adds the type and, if all of its fields can be read, the unit.
    func report(canBeTrap: Bool, to record: inout RecordWriter) {
      record.name("pdu_type", Self.name(of: type, isSecured: !canBeTrap), hexCode: type)
      if canBeTrap && type == Self.trap {
        reportTrap(to: &record)
      } else {
        reportFields(to: &record)
      }
    }

    private static func name(of type: UInt8, isSecured: Bool) -> StaticString? {
      switch type {
      case 0: "get_request"
      case 1: "get_next_request"
      case 2: "get_response"
      case 3: "set_request"
      case trap: isSecured ? nil : "trap"
      case 5: "get_bulk_request"
      case 6: "inform_request"
      case 7: "snmpv2_trap"
      case 8: isSecured ? "report" : nil
      default: nil
      }
    }

    private func reportFields(to record: inout RecordWriter) {
      var input = contents
      guard let identifier = try? input.element(), let status = try? input.element(.integer),
        let index = try? input.element(.integer), let bindings = try? input.element()
      else { return }
      record.object("pdu") { record in
        record.signed("request_id", identifier.signed)
        if status.value.isEmpty || status.value[0] != 0 { record.hex("error_status", status.value) }
        if index.value.isEmpty || index.value[0] != 0 { record.hex("error_index", index.value) }
        SNMP.reportBindings(bindings, to: &record)
      }
    }

    private func reportTrap(to record: inout RecordWriter) {
      var input = contents
      guard let enterprise = try? input.element(.objectIdentifier),
        let address = try? input.element(), let generic = try? input.element(.integer),
        let specific = try? input.element(.integer), let time = try? input.element(),
        let bindings = try? input.element()
      else { return }
      record.object("trap") { record in
        record.objectIdentifier("enterprise", enterprise.value)
        record.hex("agent_addr", address.value)
        record.literal("generic_trap", Self.genericTrap(generic.unsigned))
        record.hex("specific_trap", specific.value)
        record.hex("timestamp", time.value)
        SNMP.reportBindings(bindings, to: &record)
        record.hex("remainder", input.rest)
      }
    }

    private static func genericTrap(_ number: UInt64) -> StaticString {
      switch number {
      case 0: "cold_start"
      case 1: "warm_start"
      case 2: "link_down"
      case 3: "link_up"
      case 4: "authentication_failure"
      case 5: "egp_neighbor_loss"
      case 6: "enterprise_specific"
      default: "UNKNOWN"
      }
    }
  }

  /// Adds the variables of a list and what they are, up to what is not a variable.
  fileprivate static func reportBindings(_ list: ASN1.Element, to record: inout RecordWriter) {
    guard !list.isAbsent else { return }
    record.array("var_bind_list") { record in
      var rest = list.contents
      while !rest.isAtEnd, let binding = try? rest.element(.sequence) {
        record.object { VariableBinding(binding).report(to: &$0) }
      }
    }
  }
}
