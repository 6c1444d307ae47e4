"""A relay whose path to the server changes once: from the first probe of sequence --at it sends from another port, or to another server
(the second --to). What comes back on the old path after that is lost, and so are the replies to the last --lost probes before it.

Prints at the end the number of probes and replies on the old and on the new path, and the number of lost replies."""

import argparse
from functools import partial

from peer import Loop, open_socket, print_json
from wire import number

parser = argparse.ArgumentParser()
parser.add_argument("--to", action="append", required=True, help="port of a server on 127.0.0.1; the second one is the server after the change")
parser.add_argument("--at", type=int, required=True)
parser.add_argument("--lost", type=int, default=20)
options = parser.parse_args()

counts = {"oldUp": 0, "newUp": 0, "oldDown": 0, "newDown": 0, "lostDown": 0}
listener = open_socket("127.0.0.1", 0, 1 << 22)
client = None
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
        is_reply = data[4:5] == b"R"
        if sock is not paths[-1] or (len(paths) == 1 and is_reply and (number(data, 5, 8) or 0) >= options.at - options.lost):
            counts["lostDown"] += 1 if is_reply else 0
            continue
        if is_reply:
            counts["newDown" if len(paths) > 1 else "oldDown"] += 1
        listener.sendto(data, client)


loop = Loop()
loop.watch(listener, take_up)
open_path(options.to[0])
print_json({"port": listener.getsockname()[1]})
loop.run()
print_json(counts)
