"""Peers with a socket each. Usage: counted_peers.py HOST PORT COUNT...

Peer n sends COUNT[n] datagrams, waits for the answer to each, and repeats one without an answer after 20 s. Prints `peers` as JSON, each
with `port`, `sent` and `answered`.
"""

import json
import socket
import sys

host, port, *counts = sys.argv[1:]
peers = []
for count in map(int, counts):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(20)
    sock.connect((host, int(port)))
    peer = {"port": sock.getsockname()[1], "sent": 0, "answered": 0}
    peers.append((sock, peer))
    while peer["answered"] < count:
        sock.send(b"datagram")
        peer["sent"] += 1
        try:
            sock.recv(100)
            peer["answered"] += 1
        except TimeoutError:
            pass
print(json.dumps({"peers": [peer for _, peer in peers]}))
