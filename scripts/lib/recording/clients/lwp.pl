use LWP::UserAgent;
LWP::UserAgent->new->get($ARGV[0])->is_success or exit 1;
