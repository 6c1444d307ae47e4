"""A relay that simulates another clock of the server: it rewrites the arrival time in the slot of every reply, and its check.

    --to HOST:PORT --drift PPM     the clock runs this much faster, from the first reply on
    --step MS@SECONDS              the clock is set by MS, SECONDS after the first reply

Prints at the end the number of rewritten replies, what it added to the first and to the last one (ns), and the sequences of the last
reply before the clock was set and of the first one after it."""

import argparse
import socket
import time
import zlib

from peer import Loop, open_socket, print_json
from wire import FULL, digits, number, parse

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--drift", type=float, default=0.0)
parser.add_argument("--step", default="0@0")
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
step, step_at = (float(part) for part in options.step.split("@"))
front = open_socket("127.0.0.1", 0)
back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
back.connect((host, int(port)))
truth = {"rewritten": 0, "added": [], "around": []}
client = None
first = None


def added(server):
    """How far this clock is ahead at a time of the server's clock, ns."""
    return int((server - first) * options.drift * 1e-6) + (int(step * 1e6) if is_set(server) else 0)


def is_set(server):
    return step != 0 and server - first >= step_at * 1e9


def rewritten(data):
    global first
    facts = parse(data)
    seconds = number(data, 85, 8)
    if facts is None or facts["kind"] != "R" or len(data) < FULL or seconds is None:
        return data
    server = seconds * 10**9 + number(data, 93, 8)
    first = server if first is None else first
    more = added(server)
    if not is_set(server):
        truth["around"] = [facts["sequence"]]
    elif len(truth["around"]) == 1:
        truth["around"].append(facts["sequence"])
    truth["rewritten"] += 1
    truth["added"] = [*truth["added"][:1], more]
    shown = server + more
    reply = bytearray(data)
    reply[85:93] = digits(shown // 10**9, 8)
    reply[93:101] = digits(shown % 10**9, 8)
    reply[109:FULL] = digits(zlib.crc32(bytes(reply[50:109])), 8)
    return bytes(reply)


def take(sock):
    try:
        return sock.recvfrom(65535)
    except (BlockingIOError, ConnectionRefusedError):
        return None, None


def forward():
    global client
    while True:
        data, address = take(front)
        if data is None:
            return
        client = address
        back.send(data)


def answer():
    while True:
        data, _ = take(back)
        if data is None:
            return
        front.sendto(rewritten(data), client)


loop = Loop()
loop.watch(front, forward)
loop.watch(back, answer)
print_json({"port": front.getsockname()[1]})
loop.run()
print_json(truth)
