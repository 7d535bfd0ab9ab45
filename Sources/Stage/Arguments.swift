/// The command line with `-s`, `--select` and `--crypto-assess` given a value where they have none.
///
/// The argument parser knows no optional values: `-s` alone means all, and `-stls`, `-s tls`,
/// `--select=tls` and `--select tls` mean tls. To `--crypto-assess` a value has to be attached. An
/// empty value is none. What follows `--sink` is its value, though it begins with a dash.
package func completingValues(_ arguments: [String]) -> [String] {
  var result: [String] = []
  var rest = arguments[...]
  while let argument = rest.popFirst() {
    if argument == "--" { return result + [argument] + rest }
    if argument == "--sink", let value = rest.popFirst() {
      result.append("--sink=\(value)")
      continue
    }
    if argument == "-s" || argument == "--select" {
      let value = rest.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
      if value != nil { rest.removeFirst() }
      result.append("--select=\(value ?? "all")")
    } else if argument == "--select=" {
      result.append("--select=all")
    } else if argument.hasPrefix("-s"), !argument.hasPrefix("--") {
      result.append("--select=\(argument.dropFirst(2))")
    } else if argument == "--crypto-assess" || argument == "--crypto-assess=" {
      result.append("--crypto-assess=default")
    } else {
      result.append(argument)
    }
  }
  return result
}
