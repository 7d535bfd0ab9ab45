/// Bytes behind their length, in as many bytes as the type has.
func counted<T: FixedWidthInteger>(_ bytes: [UInt8], by _: T.Type) -> [UInt8] {
  bigEndian(T(bytes.count)) + bytes
}

/// Bytes behind their length in three bytes.
func counted24(_ bytes: [UInt8]) -> [UInt8] {
  Array(bigEndian(UInt32(bytes.count)).dropFirst()) + bytes
}

func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  (0..<T.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
}
