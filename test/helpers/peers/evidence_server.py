"""A server with false evidence: --set FIELD=VALUE replaces a field of the slot in every reply. The check of the slot is right.
A VALUE may be a sum with n (the number of the probe at this server, from 1), as in drops=9-n."""

import argparse
import re
import time
import zlib

from peer import Loop, open_socket, print_json
from wire import FULL, digits, parse

WIDTHS = {"received": 8, "seen": 5, "whole": 5, "fragment": 5, "tos": 2, "ttl": 2, "drops": 8, "seconds": 8, "nanos": 8, "dwell": 8}

parser = argparse.ArgumentParser()
parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
options = parser.parse_args()
replaced = dict(one.split("=", 1) for one in options.set)

sock = open_socket("127.0.0.1", 0)
truth = {"received": 0}


def value_of(text, n):
    total = 0
    for sign, term in re.findall(r"([+-]?)(\w+)", text):
        total += (-1 if sign == "-" else 1) * (n if term == "n" else int(term))
    return total


def answer(data, n):
    now = time.clock_gettime_ns(time.CLOCK_REALTIME)
    fields = {"received": n, "seen": len(data), "whole": len(data), "ttl": 64, "seconds": now // 10**9, "nanos": now % 10**9, "dwell": 1000}
    fields.update({field: value_of(text, n) for field, text in replaced.items()})
    slot = b"".join(digits(fields[field], width) if field in fields else b"-" * width for field, width in WIDTHS.items())
    reply = bytearray(data.upper())
    reply[4:5] = b"R"
    reply[50:109] = slot
    reply[109:FULL] = digits(zlib.crc32(bytes(reply[50:109])), 8)
    return bytes(reply)


def receive():
    while True:
        try:
            data, address = sock.recvfrom(65535)
        except BlockingIOError:
            return
        facts = parse(data)
        if facts is None or facts["kind"] != "Q" or len(data) < FULL:
            continue
        truth["received"] += 1
        sock.sendto(answer(data, truth["received"]), address)


loop = Loop()
loop.watch(sock, receive)
print_json({"port": sock.getsockname()[1]})
loop.run()
print_json(truth)
