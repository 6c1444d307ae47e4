"""Sends one datagram from each of many sockets, so each has another source port, and reads no answers."""

import argparse
import socket
import time

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True, help="address:port")
parser.add_argument("--count", type=int, required=True)
parser.add_argument("--rate", type=float, default=0, help="sockets a second; 0: as fast as it can")
parser.add_argument("--text", help="the payload of all of them; by default each sends its number")
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
host = host.strip("[]")
family = socket.AF_INET6 if ":" in host else socket.AF_INET
print("ready", flush=True)
begin = time.monotonic()
for n in range(options.count):
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.sendto((options.text or "datagram %d" % n).encode(), (host, int(port)))
    if options.rate > 0:
        time.sleep(max(0, begin + (n + 1) / options.rate - time.monotonic()))
