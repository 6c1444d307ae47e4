"""A UDP echo server whose losses look like those of a path: it ignores datagrams of more than --max-size bytes, all datagrams of the
--ignore-peer-th peer and the first --skip datagrams, and with --other answers every second one from another socket."""

import argparse
import socket

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--max-size", type=int, default=65535)
parser.add_argument("--ignore-peer", type=int, default=0)
parser.add_argument("--skip", type=int, default=0)
parser.add_argument("--other", action="store_true")
options = parser.parse_args()

family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
server = socket.socket(family, socket.SOCK_DGRAM)
server.bind((options.host, options.port))
other = socket.socket(family, socket.SOCK_DGRAM)
other.bind((options.host, 0))
print(server.getsockname()[1], other.getsockname()[1], flush=True)
count = 0
seen = 0
peers = []
while True:
    data, peer = server.recvfrom(65535)
    seen += 1
    if peer not in peers:
        peers.append(peer)
    if len(data) > options.max_size or seen <= options.skip or peers.index(peer) + 1 == options.ignore_peer:
        continue
    count += 1
    (other if options.other and count % 2 == 0 else server).sendto(data, peer)
