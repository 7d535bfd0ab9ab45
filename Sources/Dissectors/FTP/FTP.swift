/// The File Transfer Protocol's control connection, RFC 959.
enum FTP {}
