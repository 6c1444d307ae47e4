"""Forwards datagrams between STAMP senders and a reflector unchanged, and records them. One in front of a dropping relay and one behind it
show what became of each packet: copies of a packet have the same sequence number, but each its own timestamp.

--to ADDRESS:PORT        the reflector
--authenticated          packets have the layout of authenticated mode

Prints at its end {"up": [[sequence, timestamp]…], "down": [[sender's sequence, sender's timestamp, reflector's number]…]}, each in the
order of arrival."""

import argparse
from functools import partial

from peer import Loop, open_socket, print_json
from stamp_packets import read_reflector, read_sender

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--authenticated", action="store_true")
options = parser.parse_args()
host, _, port = options.to.rpartition(":")
target = (host.strip("[]"), int(port))
up, down = [], []
upstreams = {}


def upstream_of(address):
    if address not in upstreams:
        sock = upstreams[address] = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0)
        sock.connect(target)
        loop.watch(sock, partial(take_down, sock, address))
    return upstreams[address]


def take_up():
    data, address = listener.recvfrom(65535)
    request = read_sender(data, options.authenticated)
    up.append([request["sequence"], request["timestamp"].hex()])
    upstream_of(address).send(data)


def take_down(sock, address):
    data = sock.recv(65535)
    reply = read_reflector(data, options.authenticated)
    down.append([reply["sequence"], reply["timestamp"].hex(), reply["number"]])
    listener.sendto(data, address)


loop = Loop()
listener = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0)
loop.watch(listener, take_up)
print_json({"port": listener.getsockname()[1]})
loop.run()
print_json({"up": up, "down": down})
