/// Firewall traversal by way of a proxy: SOCKS 4, 4a and 5.
enum SOCKS {}
