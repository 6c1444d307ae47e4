"""Sends hostile datagrams to a server: random bytes, cut and forged probes, wrong kinds, inconsistent receipts requests, largest ones.

--judge sends a plain sentinel after each hostile datagram and waits for its reply: what comes before it answers the hostile one.
Such an answer must not be longer than its request, and some kinds must have none."""

import argparse
import random

from peer import open_socket, print_json
from wire import FULL, digits, head, probe, receipts_request

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--count", type=int, default=30000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--sockets", type=int, default=4)
parser.add_argument("--judge", action="store_true")
parser.add_argument("--verbatim", action="store_true", help="the server echoes: the sentinel comes back unchanged")
parser.add_argument("--timeout", type=float, default=40.0, help="seconds to wait for one sentinel")
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
target = (host.strip("[]"), int(port))
chance = random.Random(options.seed)


def run():
    return chance.getrandbits(32)


def mutated():
    data = bytearray(probe(chance.getrandbits(20), run(), chance.choice((40, 117, 300, 1400))))
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def inconsistent_receipts():
    size = chance.choice((34, 50, 100, 160, 300, 1200, 9000))
    first = chance.choice((0, 1, 0xFFFFFFFF, chance.getrandbits(32)))
    count = chance.choice((0, 1, 0xFFFFFFFF, 0x7FFFFFFF, chance.getrandbits(32)))
    declared = chance.choice((size, size, 0, 0xFFFFF, size + 1))
    body = head(b"S", chance.getrandbits(32), run(), declared) + digits(first, 8) + digits(count, 8)
    return (body + b"-" * size)[: max(34, size)]


def receipts_without_right_check():
    data = bytearray(receipts_request(1, run(), 160))
    data[26 + chance.randrange(8)] ^= 1
    return bytes(data)


KINDS = {
    "noise": lambda: chance.randbytes(chance.randint(1, 1500)),
    "prefix": lambda: probe(chance.getrandbits(16), run(), 300)[: chance.randint(0, 200)],
    "forged": lambda: probe(chance.getrandbits(32), run(), chance.choice((13, 34, 100, FULL, 200, 1400))),
    "kindR": lambda: probe(chance.getrandbits(8), run(), 200, b"R"),
    "kindT": lambda: probe(chance.getrandbits(8), run(), 200, b"T"),
    "kindD": lambda: probe(chance.getrandbits(8), run(), 200, b"D"),
    "nextVersion": lambda: b"UDT2" + chance.choice((b"H", b"Q", b"R")) + chance.randbytes(chance.randint(0, 200)),
    "inconsistentS": inconsistent_receipts,
    "wrongS": receipts_without_right_check,
    "rightS": lambda: receipts_request(0, run(), 160),
    "mutated": mutated,
    "empty": lambda: b"",
    "magic": lambda: b"UDT1" + chance.randbytes(chance.randint(0, 120)),
    "slotNotEmpty": lambda: probe(1, run(), 50) + b"0" * 67 + b"abc",
}
NEVER_ANSWERED = ("kindR", "kindT", "kindD", "wrongS", "nextVersion")
names = list(KINDS)
sockets = [open_socket("::1" if ":" in target[0] else "127.0.0.1", 0, 4 * 1024 * 1024) for _ in range(options.sockets)]
for sock in sockets:
    sock.connect(target)
result = {"sent": 0, "errors": 0, "byKind": dict.fromkeys([*names, "largest"], 0)}


def flood():
    result["sentinels"] = 0
    sentinel = open_socket(sockets[0].getsockname()[0], 0)
    sentinel.connect(target)
    sentinel.settimeout(options.timeout)
    for sock in sockets:
        sock.setblocking(False)
    for number in range(options.count):
        sock = sockets[number % len(sockets)]
        name = "largest" if number % 60 == 59 else names[chance.randrange(len(names))]
        data = chance.choice((b"x", b"\xff")) * 65507 if name == "largest" else KINDS[name]()
        try:
            sock.send(data)
            result["sent"] += 1
            result["byKind"][name] += 1
        except OSError:
            result["errors"] += 1
        if number % 60 == 59:
            # The server has read all before this answer, so none of them overflows its buffer, however slow it is.
            sentinel.send(b"sentinel")
            sentinel.recv(100)
            result["sentinels"] += 1


def judge():
    result.update({"answers": {}, "longer": [], "unexpected": [], "unanswered": 0})
    sock = sockets[0]
    sock.settimeout(options.timeout)
    for number in range(options.count):
        name = names[number % len(names)]
        data = KINDS[name]()
        sentinel = b"sentinel %08d" % number
        sock.send(data)
        sock.send(sentinel)
        result["sent"] += 1
        result["byKind"][name] += 1
        while True:
            try:
                reply = sock.recv(65535)
            except TimeoutError:
                result["unanswered"] += 1
                return
            if reply == (sentinel if options.verbatim else sentinel.upper()):
                break
            result["answers"][name] = result["answers"].get(name, 0) + 1
            if len(reply) > len(data):
                result["longer"].append({"kind": name, "request": data.hex(), "reply": reply.hex()})
            if name in NEVER_ANSWERED:
                result["unexpected"].append({"kind": name, "request": data.hex(), "reply": reply.hex()})


judge() if options.judge else flood()
for name in ("longer", "unexpected"):
    if name in result:
        result[name] = result[name][:5]
print_json(result)
