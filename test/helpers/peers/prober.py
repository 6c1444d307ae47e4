"""A prober written from docs/wire-format.md alone. Sends probes, each after the reply to the one before, then receipts requests.

Prints the fields of each reply and of the receipts answers. The test compares them with what it sent."""

import argparse

from peer import open_socket, print_json
from wire import FULL, parse, probe, receipts_answer, receipts_request, slot

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--count", type=int, default=10)
parser.add_argument("--skip", default="", help="comma-separated sequences that are never sent")
parser.add_argument("--repeat", default="", help="comma-separated sequences that are sent twice")
parser.add_argument("--size", type=int, default=200)
parser.add_argument("--cut", type=int, default=65535, help="sends only this many bytes of each probe, as if a network had cut it")
parser.add_argument("--run", type=lambda text: int(text, 16), default=0x0BADCAFE)
parser.add_argument("--bind-port", type=int, default=0)
parser.add_argument("--no-replies", action="store_true", help="the server withholds replies: do not wait for them")
parser.add_argument("--timeout", type=float, default=10.0)
options = parser.parse_args()


def numbers(text):
    return {int(part) for part in text.split(",") if part}


host, _, port = options.to.rpartition(":")
host = host.strip("[]")
sock = open_socket("::1" if ":" in host else "127.0.0.1", options.bind_port, 1024 * 1024)
sock.connect((host, int(port)))
sock.settimeout(options.timeout)
result = {"sent": 0, "missing": 0, "wrong": [], "replies": [], "receipts": None, "unknownRun": None, "damagedSlot": None}
skipped, repeated = numbers(options.skip), numbers(options.repeat)


def exchange(data):
    sock.send(data)
    try:
        return sock.recv(65535)
    except TimeoutError:
        return None


def send_probe(sequence):
    request = probe(sequence, options.run, options.size)[: options.cut]
    result["sent"] += 1
    if options.no_replies:
        sock.send(request)
        return
    reply = exchange(request)
    if reply is None:
        result["missing"] += 1
        return
    want = request.upper()
    same = reply[5:50] == want[5:50] and reply[FULL:] == want[FULL:] and len(reply) == len(want)
    if not same or reply[:4] != b"UDT1":
        result["wrong"].append(reply.hex())
    evidence = slot(reply) if len(reply) >= FULL else {"empty": reply[50:] == want[50:]}
    result["replies"].append({**parse(reply), "kind": chr(reply[4]), "length": len(reply), "slot": evidence})


for sequence in range(options.count):
    for _ in range(0 if sequence in skipped else 2 if sequence in repeated else 1):
        send_probe(sequence)


def receipts(number, run, first, count, size):
    request = receipts_request(number, run, size, first, count)
    answer = exchange(request)
    return {"length": len(answer), "requestLength": len(request), **receipts_answer(answer)} if answer is not None else None


result["receipts"] = receipts(0, options.run, 0, options.count, 300)
result["totals"] = receipts(1, options.run, 0, 0, 160)
result["unknownRun"] = receipts(2, options.run ^ 0xFFFF, 0, options.count, 300)
if not options.no_replies:
    # A slot that does not arrive as all `-` is damaged. If the server filled it, the damage would be hidden.
    damaged = bytearray(probe(0, options.run ^ 0xF0F0, 200))
    damaged[60] = ord("7")
    reply = exchange(bytes(damaged))
    expected = bytes(damaged[:4] + b"D" + damaged[5:]).upper()
    result["damagedSlot"] = None if reply is None else {"kind": chr(reply[4]), "same": reply == expected}
print_json(result)
