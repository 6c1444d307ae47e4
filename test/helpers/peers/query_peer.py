"""A STUN server (RFC 8489, binding only) that answers by a script, and records what it received and sent. Prints its port, then a line
`{"request": n}` for each request, and the record at the end."""

import argparse
import json
import struct
import threading
import time

from peer import Loop, open_socket, print_json

MAGIC_COOKIE = 0x2112A442
SUCCESS = 0x0101
XOR_MAPPED_ADDRESS = 0x0020
SOFTWARE = 0x8022

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
# A list for each request in turn, the last one also for all that follow, of actions [what, about which request, from where].
parser.add_argument("--script", default='[[["answer"]]]')
options = parser.parse_args()
script = json.loads(options.script)

sock = open_socket(options.host, options.port)
# The same address with another port, and another address.
other_port = open_socket(options.host, 0)
other_address = open_socket("127.0.0.2", 0)
sources = {"self": sock, "port": other_port, "address": other_address}
strangers = [open_socket("127.0.0.3", 0) for _ in range(3)]
received = []
sent = []
flooding = threading.Event()
floods = []


def attribute(kind, value):
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def response(request, peer, transaction=None, software=b"query_peer"):
    (host, port) = peer[:2]
    address = bytes(int(part) for part in host.split("."))
    cookie = struct.pack("!I", MAGIC_COOKIE)
    mapped = struct.pack("!BBH", 0, 1, port ^ (MAGIC_COOKIE >> 16)) + bytes(a ^ b for a, b in zip(address, cookie))
    body = attribute(XOR_MAPPED_ADDRESS, mapped) + attribute(SOFTWARE, software)
    return struct.pack("!HH", SUCCESS, len(body)) + cookie + (transaction or request[8:20]) + body


def make(what, request, peer):
    if what == "wrong":
        return response(request, peer, transaction=bytes(12))
    if what == "changed":
        return response(request, peer, software=b"another answer")
    if what == "noise":
        return b"this is no STUN message"
    return response(request, peer)


def flood(peer, count):
    """`count` datagrams, or until the end."""
    number = 0
    while not flooding.is_set() and (count is None or number < count):
        try:
            strangers[number % len(strangers)].sendto(b"flood", peer)
        except OSError:
            pass
        number += 1


def act(action, number):
    what = action[0]
    about = received[action[1] if len(action) > 1 else number]
    request, peer = about["bytes"], about["peer"]
    if what == "sleep":
        time.sleep(action[2])
        return
    if what == "flood":
        if action[2] is None:
            thread = threading.Thread(target=flood, args=(peer, None), daemon=True)
            floods.append(thread)
            thread.start()
        else:
            flood(peer, action[2])
        return
    source = action[2] if len(action) > 2 else "self"
    sources[source].sendto(make(what, request, peer), peer)
    sent.append({"what": what, "from": source, "to": peer[1], "about": action[1] if len(action) > 1 else number})


def take():
    data, peer = sock.recvfrom(65535)
    number = len(received)
    received.append({"bytes": data, "peer": peer})
    print_json({"request": number})
    for action in script[min(number, len(script) - 1)]:
        act(action, number)


loop = Loop()
loop.watch(sock, take)
print_json(
    {
        "port": sock.getsockname()[1],
        "otherPort": other_port.getsockname()[1],
        "otherAddress": other_address.getsockname()[1],
    }
)
loop.run()
flooding.set()
for thread in floods:
    thread.join()
print_json(
    {
        "received": [
            {"host": one["peer"][0], "port": one["peer"][1], "hex": one["bytes"].hex()} for one in received
        ],
        "sent": sent,
    }
)
