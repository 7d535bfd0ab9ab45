import Bytes
struct IPAddress { var bits: UInt128; var isIPv6: Bool; init?(parsing text: Span<UInt8>) { nil } }
