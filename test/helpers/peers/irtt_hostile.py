"""A client of irtt that sends malformed open and echo requests, the two datagrams that end irtt 0.9, and between them well-formed requests
of a session, whose replies it checks. Sends a batch after the reply to the last one, so that the server's receive buffer has room."""

import argparse
import random
import socket

from irtt_messages import CLOSE, OPEN, REPLY, echo, fields, parameters, read_echo, seal, unseal
from peer import print_json

BATCHES, BATCH = 200, 100

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
options = parser.parse_args()
host, port = options.to.rsplit(":", 1)

draw = random.Random(2112)
hostile = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
hostile.connect((host, int(port)))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect((host, int(port)))
client.settimeout(30)
DEFAULT = {"duration": 60_000_000, "interval": 20_000_000, "stats": "both", "stamps": "both", "clock": "both"}
agreed = fields("both", "both", "both")


def opened(sock):
    sock.send(seal(OPEN, parameters(**DEFAULT)))
    flags, body = unseal(sock.recv(65535))
    assert flags == OPEN | REPLY, flags
    return int.from_bytes(body[:8], "little")


def measured(sock, token, sequence):
    sock.send(echo(0, token, sequence, agreed, {}, 0))
    flags, body = unseal(sock.recv(65535))
    replied, number, report, payload = read_echo(body, agreed)
    assert (flags, replied, number, payload) == (REPLY, token, sequence, b""), (flags, replied, number, payload)
    return report


def mutated(data):
    data = bytearray(data)
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(4)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            data[at:at] = bytes(draw.randrange(256) for _ in range(draw.randrange(9)))
        elif kind == 2:
            del data[at:at + draw.randrange(9)]
        elif at < len(data):
            data[at] = draw.randrange(256)
    return bytes(data)


hostile.settimeout(30)
token, victim = opened(client), opened(hostile)
first = measured(client, token, 0)
assert first["count"] == 1 and first["window"] == 1, first
# Stamps without a clock, then an echo request. Only the echo request, of a session that was opened before, has a reply.
hostile.send(seal(OPEN, parameters(**{**DEFAULT, "clock": None})))
assert measured(hostile, victim, 0)["count"] == 1
sent, answers, longer = 2, 0, 0
hostile.setblocking(False)
probes = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
probes.connect((host, int(port)))
probes.settimeout(30)
for batch in range(BATCHES):
    longest = 0
    opens = batch % 2 == 0
    for n in range(BATCH):
        whole = seal(OPEN, parameters(**DEFAULT)) if opens else echo(draw.choice([0, 0, CLOSE]), victim, n, agreed, {}, 0)
        data = mutated(whole)
        longest = max(longest, len(data))
        hostile.send(data)
        sent += 1
    # Datagrams of one port are answered in their order, so all of the batch are answered before this reply comes.
    probes.send(seal(OPEN | CLOSE, parameters(**DEFAULT)))
    flags, _ = unseal(probes.recv(65535))
    assert flags == OPEN | REPLY | CLOSE, flags
    while True:
        try:
            answer = hostile.recv(65535)
        except BlockingIOError:
            break
        answers += 1
        is_open = answer[3] & OPEN != 0
        if not is_open and len(answer) > longest:
            longer += 1
last = measured(client, token, 1)
print_json({"sent": sent, "answers": answers, "longer": longer, "count": last["count"]})
