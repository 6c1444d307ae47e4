"""Tests relay.py and echo.py: sends probes through the relay to the server and compares every delivery with the relay's record."""

import argparse
import json
import os
import subprocess
import sys
import time

from peer import open_socket, print_json
from wire import number, probe

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--count", type=int, default=400)
parser.add_argument("--size", type=int, default=400)
parser.add_argument("rules", nargs="*", help="--up=… and --down=… of relay.py, after --")
options = parser.parse_args()

here = os.path.dirname(os.path.abspath(__file__))
RUN = 0xC0FFEE01


def start(name, *arguments):
    command = [sys.executable, "-B", os.path.join(here, name), *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return child, json.loads(child.stdout.readline())["port"]


def finish(child):
    child.stdin.close()
    truth = json.loads(child.stdout.read().splitlines()[-1])
    child.wait(20)
    return truth


server, server_port = start("echo.py")
relay, relay_port = start("relay.py", "--to", f"127.0.0.1:{server_port}", "--seed", str(options.seed), *options.rules)
sock = open_socket("127.0.0.1", 0, 4 * 1024 * 1024)
sock.connect(("127.0.0.1", relay_port))
sent = [probe(sequence, RUN, options.size) for sequence in range(options.count)]
got = []


def take(seconds):
    sock.settimeout(seconds)
    try:
        while True:
            got.append(sock.recv(65535))
    except (TimeoutError, BlockingIOError):
        pass


for data in sent:
    sock.send(data)
    take(0.001)
take(1.5)
truth = finish(relay)
served = finish(server)

problems = list(truth["problems"])
up, down = truth["up"], truth["down"]
for direction in (up, down):
    if direction["forwarded"] != direction["seen"] - direction["dropped"] + direction["duplicated"]:
        problems.append(f"forwarded is not seen - dropped + duplicated: {direction}")
if up["seen"] != options.count or served["received"] != up["forwarded"] or down["seen"] != served["replied"]:
    problems.append("the counts of the relay and of the server differ")
if truth["socketDrops"] or served["socketDrops"]:
    problems.append("a buffer overflowed")
run = truth["runs"].get("%08X" % RUN, {"order": [], "probes": {}})
if len(run["order"]) != len(got):
    problems.append(f"{len(run['order'])} delivered by the relay's record, {len(got)} received")
taken = {}
for sequence, reply in zip(run["order"], got):
    fact = run["probes"][str(sequence)]["delivered"][taken.get(sequence, 0)]
    taken[sequence] = taken.get(sequence, 0) + 1
    want = sent[sequence].upper()[: fact["length"]]
    wrong = [at for at, (a, b) in enumerate(zip(reply, want)) if a != b]
    if len(reply) != fact["length"] or wrong != sorted(set(fact["bad"])):
        problems.append(f"sequence {sequence}: {len(reply)} bytes, wrong at {wrong}; record {fact}")
    if not fact["bad"] and len(reply) >= 13 and number(reply, 5, 8) != sequence:
        problems.append(f"sequence {sequence} expected, {number(reply, 5, 8)} received")
print_json({"ok": not problems, "problems": problems[:5], "delivered": len(got), "up": up, "down": down})
