"""An independent impairing UDP relay between many clients and one server, each client with its own upstream socket.

    --up RULE … --down RULE …     at most ONE impairment per datagram and direction, so that the record is unambiguous:
    drop=every:N | drop=first:N | drop=seq:A-B | drop=above:SIZE | drop=client:N | drop=P | dup=P | truncate=L@P | corrupt=P |
    hold=P:MS | delay=MS

drop=seq reads the sequence (8 hex digits at offset 5), for tails and bursts. drop=client drops everything of the N-th client that came,
the first is 1. delay delays every datagram and is not counted as an
impairment. Each direction has its own seeded random stream. Kinds S and T pass unchanged, unless --drop-receipts-every N.
Prints at the end its counts, and for every run and sequence what was done, how long the probe stayed here on its way up, and what was
delivered, in order; and for the source port of each client how many probes came and how many of them were dropped, also for
each of its runs in the order of their first probes."""

import argparse
import heapq
import random
import socket
import struct
import time
from collections import deque
from functools import partial

from peer import Loop, drops_of, open_socket, print_json
from wire import HEADER, is_receipts, number

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--up", action="append", default=[])
parser.add_argument("--down", action="append", default=[])
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--corrupt-range", default="0:65535", help="flip bits only at offsets a <= offset < b")
parser.add_argument("--drop-receipts-every", type=int, default=0, help="each direction drops every Nth receipts message")
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
target = (host.strip("[]"), int(port))
LOW, HIGH = (int(end) for end in options.corrupt_range.split(":"))
VISIBLE_BITS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80)  # 0x20 is letter case, which uppercasing hides
BUFFER = 4 * 1024 * 1024
SO_TIMESTAMPNS = 35  # socket(7); also the type of the control message
COUNTS = ("seen", "dropped", "duplicated", "truncated", "corrupted", "held", "forwarded")


class Direction:
    def __init__(self, name, rules):
        self.random = random.Random(f"{options.seed} {name}")
        self.counts = dict.fromkeys(COUNTS, 0)
        self.receipts = {"seen": 0, "dropped": 0}
        self.every, self.first, self.ranges, self.chances, self.delay = 0, 0, [], [], 0.0
        self.largest, self.client = 65535, 0
        for rule in rules:
            kind, _, value = rule.partition("=")
            if kind == "delay":
                self.delay = float(value) / 1000
            elif kind == "drop" and value.startswith("every:"):
                self.every = int(value[6:])
            elif kind == "drop" and value.startswith("first:"):
                self.first = int(value[6:])
            elif kind == "drop" and value.startswith("above:"):
                self.largest = int(value[6:])
            elif kind == "drop" and value.startswith("client:"):
                self.client = int(value[7:])
            elif kind == "drop" and value.startswith("seq:"):
                self.ranges.append(tuple(int(end) for end in value[4:].split("-")))
            elif kind in ("drop", "dup", "corrupt"):
                self.chances.append((float(value), kind, 0))
            elif kind == "truncate":
                length, _, chance = value.partition("@")
                self.chances.append((float(chance), kind, int(length)))
            elif kind == "hold":
                chance, _, held = value.partition(":")
                self.chances.append((float(chance), kind, float(held) / 1000))
            else:
                parser.error(f"no such rule: {rule}")

    def decide(self, client, sequence, size):
        """The impairment of this datagram, and its argument."""
        self.counts["seen"] += 1
        chance = self.random.random()
        if self.every and self.counts["seen"] % self.every == 0:
            return "drop", 0
        if size > self.largest or client.number == self.client:
            return "drop", 0
        if self.counts["seen"] <= self.first or any(low <= sequence <= high for low, high in self.ranges):
            return "drop", 0
        for share, kind, argument in self.chances:
            if chance < share:
                return kind, argument
            chance -= share
        return "pass", 0


directions = {"up": Direction("up", options.up), "down": Direction("down", options.down)}
runs = {}
problems = []
later = []
numbered = iter(range(1 << 62))


class Client:
    def __init__(self, address):
        self.address = address
        self.number = len(clients) + 1
        self.up = {"seen": 0, "dropped": 0, "runs": []}
        self.runs = {}  # those of `up`, by number
        self.upstream = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0, BUFFER)
        self.upstream.connect(target)
        self.ordinal = -1  # of datagrams too short to contain their sequence
        self.run = None
        self.damaged = {}  # first bytes as forwarded to the server, damaged -> the probes they belong to, oldest first
        loop.watch(self.upstream, partial(take_down, self))

    def count(self, run, is_dropped):
        if run not in self.runs:
            self.runs[run] = {"seen": 0, "dropped": 0}
            self.up["runs"].append(self.runs[run])
        for counts in (self.up, self.runs[run]):
            counts["seen"] += 1
            counts["dropped"] += is_dropped


def probe_record(run, sequence):
    record = runs.setdefault(run, {"order": [], "probes": {}})
    return record["probes"].setdefault(
        sequence, {"size": 0, "at": 0.0, "upMs": 0.0, "up": [], "down": [], "delivered": [], "upBad": None}
    )


def head_of(data):
    """The first bytes without the kind, which a server changes."""
    return (data[:4] + b"?" + data[5:HEADER]).upper()


def identify(client, data, is_reply):
    """(run, sequence) of a probe or reply. A reply to a damaged probe is identified by its first bytes."""
    waiting = client.damaged.get(head_of(data)) if is_reply else None
    if waiting:
        return waiting.popleft()
    sequence, run = number(data, 5, 8), number(data, 13, 8)
    if data[:4] == b"UDT1" and sequence is not None:
        if run is not None:
            client.run = "%08X" % run
        if client.run is not None:
            return client.run, sequence
    if not is_reply:
        client.ordinal += 1
    return "-", client.ordinal


def impair(client, direction, sequence, data):
    """(impairment, datagrams to forward, seconds held, offset of the flipped bit or None)."""
    kind, argument = direction.decide(client, sequence, len(data))
    counts = direction.counts
    if kind == "drop":
        counts["dropped"] += 1
        return "drop", [], 0.0, None
    if kind == "dup":
        counts["duplicated"] += 1
        return "dup", [data, data], 0.0, None
    if kind == "truncate" and len(data) > argument:
        counts["truncated"] += 1
        return f"truncate:{argument}", [data[:argument]], 0.0, None
    if kind == "corrupt" and len(data) > LOW:
        offset = direction.random.randrange(LOW, min(HIGH, len(data)))
        bad = bytearray(data)
        bad[offset] ^= direction.random.choice(VISIBLE_BITS)
        counts["corrupted"] += 1
        return f"corrupt:{offset}", [bytes(bad)], 0.0, offset
    if kind == "hold":
        counts["held"] += 1
        return "hold", [data], argument, None
    return "pass", [data], 0.0, None


def after(seconds, work):
    if seconds > 0:
        heapq.heappush(later, (time.monotonic() + seconds, next(numbered), work))
    else:
        work()


def judge_receipts(direction, data):
    """(is this a receipts message?, is it lost?). They are not in the ledger, so they are counted separately."""
    if not is_receipts(data):
        return False, False
    direction.receipts["seen"] += 1
    every = options.drop_receipts_every
    lost = every > 0 and direction.receipts["seen"] % every == 0
    direction.receipts["dropped"] += 1 if lost else 0
    return True, lost


def send_up(client, data, record=None):
    if record is not None:
        record["upMs"] = round((time.time() - record["at"]) * 1000, 3)
    try:
        client.upstream.send(data)
    except OSError as error:
        problems.append(f"up: {error}")


def send_down(client, data):
    try:
        listener.sendto(data, client.address)
    except OSError as error:
        problems.append(f"down: {error}")


def arrival_of(ancillary):
    """When the kernel received a datagram: how long it waited for this process is part of its delay."""
    for _, kind, data in ancillary:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data)
            return seconds + nanoseconds / 1e9
    return time.time()


def take_up():
    for _ in range(256):
        try:
            data, ancillary, _, address = listener.recvmsg(65535, 64)
        except BlockingIOError:
            return
        client = clients.get(address)
        if client is None:
            client = clients[address] = Client(address)
        direction = directions["up"]
        receipts, lost = judge_receipts(direction, data)
        if receipts:
            if not lost:
                after(direction.delay, partial(send_up, client, data))
            continue
        key = identify(client, data, False)
        record = probe_record(*key)
        record["size"], record["at"] = len(data), arrival_of(ancillary)
        what, copies, held, offset = impair(client, direction, key[1], data)
        record["up"].append(what)
        client.count(key[0], what == "drop")
        record["upBad"] = offset if offset is not None else record["upBad"]
        if what.startswith(("truncate", "corrupt")):
            client.damaged.setdefault(head_of(copies[0]), deque()).append(key)
        direction.counts["forwarded"] += len(copies)
        for copy in copies:
            after(direction.delay + held, partial(send_up, client, copy, record))


def take_down(client):
    for _ in range(256):
        try:
            data = client.upstream.recv(65535)
        except BlockingIOError:
            return
        except OSError as error:
            problems.append(f"upstream: {error}")
            return
        direction = directions["down"]
        known = bool(client.damaged.get(head_of(data)))  # a bit flip can make a probe look like receipts
        receipts, lost = (False, False) if known else judge_receipts(direction, data)
        if receipts:
            if not lost:
                after(direction.delay, partial(send_down, client, data))
            continue
        key = identify(client, data, True)
        record = probe_record(*key)
        what, copies, held, offset = impair(client, direction, key[1], data)
        record["down"].append(what)
        direction.counts["forwarded"] += len(copies)
        for copy in copies:
            after(direction.delay + held, partial(deliver, client, key, copy, offset))


def deliver(client, key, data, offset):
    """Sends to the client and records the length, the offsets of flipped bits of both directions, and the time."""
    send_down(client, data)
    record = probe_record(*key)
    bad = [at for at in (record["upBad"], offset) if at is not None and at < len(data)]
    passed = (time.time() - record["at"]) * 1000
    record["delivered"].append({"length": len(data), "bad": bad, "afterMs": round(passed, 3)})
    runs[key[0]]["order"].append(key[1])


def fire():
    while later and later[0][0] <= time.monotonic():
        heapq.heappop(later)[2]()


loop = Loop()
clients = {}
listener = open_socket("::1" if ":" in target[0] else "127.0.0.1", 0, BUFFER)
listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
loop.watch(listener, take_up)
print_json({"port": listener.getsockname()[1]})
loop.run(lambda: later[0][0] - time.monotonic() if later else None, fire)
truth = {name: {**direction.counts, "receipts": direction.receipts} for name, direction in directions.items()}
drops = drops_of(listener, *(client.upstream for client in clients.values()))
ports = {client.address[1]: client.up for client in clients.values()}
own = {"clients": len(clients), "ports": ports, "pending": len(later), "problems": problems, "socketDrops": drops}
print_json({**truth, "runs": runs, **own})
