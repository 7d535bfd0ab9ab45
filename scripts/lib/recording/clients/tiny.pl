use HTTP::Tiny;
HTTP::Tiny->new(verify_SSL => 1)->get($ARGV[0])->{success} or exit 1;
