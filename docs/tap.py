#!/usr/bin/python3
# Prints the records that leave parsers as JSON lines: docs/tap.py ENDPOINT…, the taps of merc-parse processes.
# Those of merc's own pipelines are ipc://$XDG_RUNTIME_DIR/merc/PID/pipeline-parse-*.tap, without that variable
# in /tmp/merc-UID/PID.
# Needs Debian's python3-zmq and python3-cbor2. What the numbers mean is in docs/wire.md.
import base64, json, struct, sys, cbor2, zmq
from ipaddress import ip_address

def printed(tag):  # how bytes under a tag print; the tags not listed are those of IP addresses
    forms = {22: lambda b: base64.b64encode(b).decode(), 23: bytes.hex, 0x6D74: lambda b: b.decode(errors="replace")}
    return forms.get(tag.tag, lambda b: str(ip_address(b)))(tag.value)

def show(part, at=72):
    while at < struct.unpack_from("<I", part, 52)[0]:  # where the tally begins
        if part[at + 4] & 16:  # no record but a packet
            at += struct.unpack_from("<I", part, at)[0]
            continue
        length, flags, *flow, time, head, notes, analysis, later, name = struct.unpack_from("<IBBHH10xQ56xIIIII", part, at)
        start = at + 104 + (32 if flags & 4 else 0) + 8 * (flags >> 5 & 1) + 8 * (flags >> 6 & 1) + name  # client random, places, name
        spots = [(start, head), (start + head + notes, analysis), (start + head + notes + analysis + later, None)]
        maps = [part[a:at + length if n is None else a + n] for a, n in spots]  # head, analysis, tail
        record = {k: v for section in maps if section for k, v in cbor2.loads(section).items()}
        if flags & 1:  # it has a flow, perhaps (2) of IPv6
            ends = [str(ip_address(part[end - (16 if flags & 2 else 4):end])) for end in (at + 44, at + 60)]
            record.update(zip(("src_ip", "dst_ip", "protocol", "src_port", "dst_port"), ends + flow))
        print(json.dumps(record | {"event_start": time // 1000 / 1e6}, default=printed), flush=True)
        at += length

taps, left = zmq.Context().socket(zmq.SUB), set(sys.argv[1:])
for endpoint in left: taps.connect(endpoint)
for kind in b"\4\7": taps.subscribe(b"merc\5" + bytes([kind]))  # records, bye
while left and (message := taps.recv()):
    if message[5] == 4: show(message)
    else: left.pop()
