"""A relay between clients of irtt and their server. It drops, doubles and holds back echo requests and replies with a sequence number below
--until, by a seeded choice for each number and direction, and forwards everything else. A datagram that is held back follows the next one,
or leaves after a pause.

Prints at the end, for each sequence number, how many requests it forwarded, how many replies came, and how many it forwarded. Sessions have
no HMAC."""

import argparse
import random
import struct
import time

from irtt_messages import CLOSE, MAGIC, OPEN
from peer import Loop, drops_of, open_socket, print_json

PAUSE_SECONDS = 0.3

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True, help="address:port of the server")
parser.add_argument("--seed", default="1")
parser.add_argument("--until", type=int, default=25)
options = parser.parse_args()

host, port = options.to.rsplit(":", 1)
server = (host, int(port))
front, back = open_socket("127.0.0.1", 0), open_socket("127.0.0.1", 0)
client = None
truth = {}
problems = []


def sequence_of(data):
    """Of an echo request or reply."""
    is_echo = len(data) >= 16 and data[:3] == MAGIC and data[3] & (OPEN | CLOSE) == 0
    return struct.unpack_from("<I", data, 12)[0] if is_echo else None


class Direction:
    def __init__(self, name, send):
        self.name = name
        self.send = send
        self.held = []
        self.last = time.monotonic()

    def take(self, data):
        sequence = sequence_of(data)
        entry = truth.setdefault(sequence, {"up": 0, "replies": 0, "down": 0, "what": []}) if sequence is not None else None
        if entry is not None and self.name == "down":
            entry["replies"] += 1
        what = self.choose(sequence)
        if what is not None:
            entry["what"].append(f"{self.name} {what}")
        if what == "hold":
            self.held.append(data)
            self.last = time.monotonic()
            return
        for _ in range({"drop": 0, "double": 2}.get(what, 1)):
            self.forward(data)
        self.release()

    def choose(self, sequence):
        if sequence is None or sequence >= options.until:
            return None
        share = random.Random(f"{options.seed} {self.name} {sequence}").random()
        return "drop" if share < 0.2 else "double" if share < 0.35 else "hold" if share < 0.5 else None

    def forward(self, data):
        sequence = sequence_of(data)
        if sequence is not None:
            truth[sequence][self.name] += 1
        try:
            self.send(data)
        except OSError as error:
            problems.append(f"{self.name} {sequence}: {error}")

    def release(self):
        held, self.held = self.held, []
        for data in held:
            self.forward(data)

    def tick(self):
        if self.held and time.monotonic() - self.last > PAUSE_SECONDS:
            self.release()


up = Direction("up", lambda data: back.sendto(data, server))
down = Direction("down", lambda data: front.sendto(data, client))


def from_client():
    global client
    try:
        while True:
            data, client = front.recvfrom(65535)
            up.take(data)
    except BlockingIOError:
        return


def from_server():
    try:
        while True:
            down.take(back.recv(65535))
    except BlockingIOError:
        return


def tick():
    up.tick()
    down.tick()


loop = Loop()
loop.watch(front, from_client)
loop.watch(back, from_server)
print_json({"port": front.getsockname()[1]})
loop.run(lambda: 0.1 if up.held or down.held else None, tick)
print_json({"probes": truth, "problems": problems, "pending": len(up.held) + len(down.held), "socketDrops": drops_of(front, back)})
