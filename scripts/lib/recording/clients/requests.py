import sys

import requests

requests.get(sys.argv[1])
