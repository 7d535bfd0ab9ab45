import Fuzzing
import Glibc

/// Chosen by the environment's `TARGET` before the first run; libFuzzer has one thread.
nonisolated(unsafe) private var fuzzer = Fuzzer(.wire)

/// Called once, before anything else: without `TARGET`, the names that it may have are printed.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  let name = unsafe getenv("TARGET").map { unsafe String(cString: $0) }
  guard let target = name.flatMap(FuzzTarget.named) else {
    for (name, _) in FuzzTarget.all { print(name) }
    exit(name == nil ? 0 : 2)
  }
  unsafe fuzzer = Fuzzer(target)
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  unsafe fuzzer.run(input.span)
  return 0
}
