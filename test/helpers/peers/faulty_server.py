"""An echo server that answers late, twice, cut, followed by another datagram, or not at all. Prints at the end a record of each
datagram that is not a receipts request: its source port, its bytes, its size, and the number of its answers.

--drop-every N: the last of every N datagrams has no answer.
--copies N --spread MS: N answers, each MS after the one before.
--late-every N --late MS: the last of every N datagrams is answered after MS.
--cut N --cut-every M: the answer to every M-th datagram is its first N bytes.
--junk TEXT: sends TEXT after each answer, as another datagram.
--upper: answers in upper case."""

import argparse
import heapq
import time

from peer import Loop, open_socket, print_json
from wire import is_receipts

parser = argparse.ArgumentParser()
parser.add_argument("--drop-every", type=int, default=0)
parser.add_argument("--copies", type=int, default=1)
parser.add_argument("--spread", type=float, default=0)
parser.add_argument("--delay", type=float, default=0)
parser.add_argument("--late-every", type=int, default=0)
parser.add_argument("--late", type=float, default=0)
parser.add_argument("--cut", type=int, default=-1)
parser.add_argument("--cut-every", type=int, default=1)
parser.add_argument("--junk")
parser.add_argument("--upper", action="store_true")
options = parser.parse_args()

sock = open_socket("127.0.0.1", 0)
record = []
waiting = []


def nth(every):
    return every > 0 and len(record) % every == 0


def receive():
    while True:
        try:
            data, address = sock.recvfrom(65535)
        except BlockingIOError:
            return
        if is_receipts(data):
            continue
        record.append({"port": address[1], "hex": data[:40].hex(), "size": len(data), "answers": 0, "late": False})
        if nth(options.drop_every):
            continue
        row = record[-1]
        row["late"] = nth(options.late_every)
        answer = data.upper() if options.upper else data
        if options.cut >= 0 and nth(options.cut_every):
            answer = answer[: options.cut]
            row["cut"] = len(answer)
        due = time.monotonic() + (options.late if row["late"] else options.delay) / 1000
        for copy in range(options.copies):
            heapq.heappush(waiting, (due + copy * options.spread / 1000, len(record), copy, answer, address))
            row["answers"] += 1
        if options.junk is not None:
            heapq.heappush(waiting, (due, len(record), options.copies, options.junk.encode(), address))


def tick():
    while waiting and waiting[0][0] <= time.monotonic():
        _, _, _, answer, address = heapq.heappop(waiting)
        sock.sendto(answer, address)


loop = Loop()
loop.watch(sock, receive)
print_json({"port": sock.getsockname()[1]})
loop.run(wait=lambda: waiting[0][0] - time.monotonic() if waiting else None, tick=tick)
print_json({"record": record})
