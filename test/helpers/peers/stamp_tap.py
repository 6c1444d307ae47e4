"""Forwards datagrams between STAMP senders and a reflector unchanged, and records the sequence number of each. Impairs nothing: it stands
behind a relay that does, so that what is missing here was lost before it.

--to ADDRESS:PORT        the reflector
--authenticated          replies have the layout of authenticated mode
--restart-at N           replaces its upstream socket before the Nth request, so that a reflector begins a new session

Prints at its end {"up": [sequence…], "down": [[sender's sequence, reflector's number]…]}, each in the order of arrival."""

import argparse
from functools import partial

from peer import Loop, open_socket, print_json
from stamp_packets import read_reflector, read_sender

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--authenticated", action="store_true")
parser.add_argument("--restart-at", type=int, default=0)
options = parser.parse_args()
host, _, port = options.to.rpartition(":")
target = (host.strip("[]"), int(port))
up, down = [], []
upstreams = {}


def upstream_of(address):
    if address not in upstreams or len(up) == options.restart_at:
        sock = upstreams[address] = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0)
        sock.connect(target)
        loop.watch(sock, partial(take_down, sock, address))
    return upstreams[address]


def take_up():
    data, address = listener.recvfrom(65535)
    up.append(read_sender(data, options.authenticated)["sequence"])
    upstream_of(address).send(data)


def take_down(sock, address):
    data = sock.recv(65535)
    reply = read_reflector(data, options.authenticated)
    down.append([reply["sequence"], reply["number"]])
    listener.sendto(data, address)


loop = Loop()
listener = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0)
loop.watch(listener, take_up)
print_json({"port": listener.getsockname()[1]})
loop.run()
print_json({"up": up, "down": down})
