/// Every message merc can read, one line each, in the order patterns are tried.
package let registry: [Dissector] = [
  Dissector(TLS.ClientHello.self),
  Dissector(TLS.ServerHello.self),
  Dissector(TLS.Certificate.self),
  Dissector(SSH.Client.self),
  Dissector(SSH.Server.self),
]
