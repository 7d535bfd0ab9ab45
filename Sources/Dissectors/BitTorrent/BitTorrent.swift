/// BitTorrent: peers that talk to each other, and two ways in which they find each other.
enum BitTorrent {}
