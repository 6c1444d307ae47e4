"""Sends datagrams at a fixed rate, without waiting for answers, and counts the answers.

At the end it sends marked datagrams, one after the other, until one comes back: sockets are queues, so every datagram before it
has been processed on the whole path."""

import argparse
import select
import time

from peer import drops_of, open_socket, print_json

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True, help="host:port, [v6]:port")
parser.add_argument("--rate", type=int, default=20000, help="datagrams a second")
parser.add_argument("--seconds", type=float, default=2.0)
parser.add_argument("--size", type=int, default=100)
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
host = host.strip("[]")
sock = open_socket("::1" if ":" in host else "127.0.0.1", 0, 4 * 1024 * 1024)
sock.connect((host, int(port)))
sock.setblocking(False)
payload = b"x" * options.size
truth = {"sent": 0, "received": 0, "markers": 0}


def drain():
    """Reads everything that has come. Returns the last marked datagram of it."""
    seen = None
    while True:
        try:
            data = sock.recv(65535)
        except BlockingIOError:
            return seen
        truth["received"] += 1
        if data.startswith(b"MARKER"):
            seen = data


start = time.monotonic()
total = int(options.rate * options.seconds)
while truth["sent"] < total:
    due = min(total, int((time.monotonic() - start) * options.rate) + 1)
    while truth["sent"] < due:
        try:
            sock.send(payload)
        except BlockingIOError:
            break
        truth["sent"] += 1
    drain()
    time.sleep(0.0005)
truth["seconds"] = time.monotonic() - start
returned = None
while returned != b"MARKER %d" % truth["markers"] and truth["markers"] < 60:
    truth["markers"] += 1
    sock.send(b"MARKER %d" % truth["markers"])
    truth["sent"] += 1
    deadline = time.monotonic() + 1
    while returned != b"MARKER %d" % truth["markers"] and time.monotonic() < deadline:
        select.select([sock], [], [], 0.1)
        returned = drain() or returned
truth["markerReturned"] = returned == b"MARKER %d" % truth["markers"]
print_json({**truth, "socketDrops": drops_of(sock)})
