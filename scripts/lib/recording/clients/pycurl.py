import sys

import pycurl

transfer = pycurl.Curl()
transfer.setopt(pycurl.URL, sys.argv[1])
transfer.setopt(pycurl.WRITEFUNCTION, len)
transfer.perform()
