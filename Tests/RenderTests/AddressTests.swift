import Bytes
import Foundation
import Support
import Testing

@testable import Render

@Suite(.tags(.unit)) struct AddressTests {
  private func printed(_ address: UInt128) -> String {
    var buffer = Buffer()
    buffer.append(ipv6: address)
    return buffer.bytes.text
  }

  private func address(_ groups: [UInt16]) -> UInt128 {
    groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  @Test(
    arguments: [
      ([0, 0, 0, 0, 0, 0, 0, 0], "::"),
      ([0, 0, 0, 0, 0, 0, 0, 1], "::1"),
      ([1, 0, 0, 0, 0, 0, 0, 0], "1::"),
      ([0x2001, 0xdb8, 0, 1, 0, 2, 0, 3], "2001:db8:0:1:0:2:0:3"),
      ([1, 0, 0, 2, 0, 3, 0, 0], "1::2:0:3:0:0"),
      ([1, 0, 2, 0, 0, 3, 0, 0], "1:0:2::3:0:0"),
      ([0xfe80, 0, 0, 1, 0, 0, 0, 1], "fe80:0:0:1::1"),
      ([0, 0, 0, 0, 0, 0xffff, 0x102, 0x304], "::ffff:102:304"),
      ([0, 1, 2, 3, 4, 5, 6, 7], "0:1:2:3:4:5:6:7"),
      ([1, 2, 3, 4, 5, 6, 0, 0], "1:2:3:4:5:6::"),
      ([0, 0, 3, 4, 5, 6, 7, 0xffff], "::3:4:5:6:7:ffff"),
    ] as [([UInt16], String)])
  func printsIPv6(_ groups: [UInt16], _ expected: String) {
    #expect(printed(address(groups)) == expected)
  }

  @Test func printsTheAddressThatItIs() {
    for mask in 0..<256 {
      let groups: [UInt16] = (0..<8).map { place in
        mask >> place & 1 == 0 ? 0 : 1 << UInt16(place + 3)
      }
      let text = printed(address(groups))
      var parsed = in6_addr()
      let result = unsafe inet_pton(AF_INET6, text, &parsed)
      #expect(result == 1)
      let bytes = unsafe withUnsafeBytes(of: parsed) { unsafe Array($0) }
      var read: UInt128 = 0
      for byte in bytes { read = read << 8 | UInt128(byte) }
      #expect(read == address(groups))
    }
  }

  @Test func printsIPv4() {
    for (address, expected) in [
      (0 as UInt32, "0.0.0.0"), (.max, "255.255.255.255"), (0x0a64_0109, "10.100.1.9"),
    ] {
      var buffer = Buffer()
      buffer.append(ipv4: address)
      #expect(buffer.bytes.text == expected)
    }
  }
}
