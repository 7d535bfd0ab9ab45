/// Every message merc can read, one line each, in the order patterns are tried.
package let registry: [Dissector] = []
