"""A man in the middle whose way to the server changes once: at the first probe of sequence --at its client is behind another port, or at
another server (the second --to). Replies that are still on their way by the old path are lost, so each is held for --hold ms.

The truth at the end: how many probes went up by the old and by the new path, and how many replies came down by each and were lost."""

import argparse
import heapq
import itertools
import time
from functools import partial

from peer import Loop, open_socket, say
from wire import number

parser = argparse.ArgumentParser()
parser.add_argument("--to", action="append", required=True, help="port of a server on 127.0.0.1; a second one is where the path leads to later")
parser.add_argument("--at", type=int, required=True)
parser.add_argument("--hold", type=float, default=40.0)
options = parser.parse_args()

counts = {"oldUp": 0, "newUp": 0, "oldDown": 0, "newDown": 0, "lostDown": 0}
listener = open_socket("127.0.0.1", 0, 1 << 22)
client = None
later = []
order = itertools.count()
paths = []


def open_path(port):
    sock = open_socket("127.0.0.1", 0, 1 << 22)
    sock.connect(("127.0.0.1", int(port)))
    paths.append(sock)
    loop.watch(sock, partial(take_down, sock))


def take_up():
    global client
    for _ in range(256):
        try:
            data, client = listener.recvfrom(65535)
        except BlockingIOError:
            return
        is_probe = data[4:5] == b"Q"
        if is_probe and len(paths) == 1 and (number(data, 5, 8) or 0) >= options.at:
            open_path(options.to[-1])
        if is_probe:
            counts["oldUp" if len(paths) == 1 else "newUp"] += 1
        paths[-1].send(data)


def take_down(sock):
    for _ in range(256):
        try:
            data = sock.recv(65535)
        except BlockingIOError:
            return
        heapq.heappush(later, (time.monotonic() + options.hold / 1000, next(order), sock, data))


def deliver():
    while later and later[0][0] <= time.monotonic():
        _, _, sock, data = heapq.heappop(later)
        is_reply = data[4:5] == b"R"
        if sock is not paths[-1]:
            counts["lostDown"] += 1 if is_reply else 0
            continue
        if is_reply:
            counts["newDown" if len(paths) > 1 else "oldDown"] += 1
        listener.sendto(data, client)


loop = Loop()
loop.watch(listener, take_up)
open_path(options.to[0])
say({"port": listener.getsockname()[1]})
loop.run(lambda: later[0][0] - time.monotonic() if later else None, deliver)
say(counts)
