"""A udptool server that answers every second probe, and each receipts request with at most one state, after --pause seconds.

Prints at the end the number of received probes and of different receipts requests for states."""

import argparse
import time
import zlib

from peer import Loop, open_socket, print_json
from wire import digits, head, number

parser = argparse.ArgumentParser()
parser.add_argument("--pause", type=float, default=0.2)
options = parser.parse_args()

sock = open_socket("127.0.0.1", 0, 1 << 22)
received = set()
requests = set()
begun = time.monotonic()


def reply_to(data):
    sequence = number(data, 5, 8)
    received.add(sequence)
    if sequence % 2:
        return None
    slot = digits(len(received), 8) + digits(len(data), 5) + digits(len(data), 5) + b"-" * 41
    return data[:4] + b"R" + data[5:50] + slot + digits(zlib.crc32(slot), 8) + data[117:]


def answer_to(data):
    if number(data, 42, 8):
        requests.add(number(data, 5, 8))
    time.sleep(options.pause)
    first, count = number(data, 34, 8), min(1, number(data, 42, 8))
    totals = digits(len(received), 8) + digits(0, 56) + b"-" * 10 + digits(int((time.monotonic() - begun) * 1000), 8)
    states = (b"4" if first % 2 else b"8") if count else b""
    body = totals + digits(first, 8) + digits(count, 8) + states
    whole = head(b"T", number(data, 5, 8), number(data, 13, 8), 34 + len(body) + 8) + body
    return whole + digits(zlib.crc32(whole), 8)


def take():
    for _ in range(256):
        try:
            data, client = sock.recvfrom(65535)
        except BlockingIOError:
            return
        answer = {b"Q": reply_to, b"S": answer_to}.get(data[4:5], lambda _: None)(data)
        if answer is not None:
            sock.sendto(answer, client)


loop = Loop()
loop.watch(sock, take)
print_json({"port": sock.getsockname()[1]})
loop.run()
print_json({"received": len(received), "requests": len(requests)})
