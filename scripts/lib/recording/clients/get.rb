require 'net/http'
Net::HTTP.get(URI(ARGV[0]))
