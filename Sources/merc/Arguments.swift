/// The command line with `-s` and `--select` given a value where they have none.
///
/// The argument parser knows no optional values: `-s` alone means all, and `-stls`, `-s tls`,
/// `--select=tls` and `--select tls` mean tls.
func completingSelect(_ arguments: [String]) -> [String] {
  var result: [String] = []
  var rest = arguments[...]
  while let argument = rest.popFirst() {
    if argument == "--" { return result + [argument] + rest }
    if argument == "-s" || argument == "--select" {
      let value = rest.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
      if value != nil { rest.removeFirst() }
      result.append("--select=\(value ?? "all")")
    } else if argument.hasPrefix("-s"), !argument.hasPrefix("--") {
      result.append("--select=\(argument.dropFirst(2))")
    } else {
      result.append(argument)
    }
  }
  return result
}
