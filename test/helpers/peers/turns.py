"""
Answers probes in ways that take turns: at once, twice, cut, damaged, never, and only once LATE further probes have come: turns.py LATE.
Receipts requests get no answer.
"""
import sys

from peer import Loop, open_socket, print_json

late = int(sys.argv[1])
sock = open_socket("127.0.0.1", 0)
probes = []


def answer():
    data, sender = sock.recvfrom(65535)
    if data[4:5] == b"S":
        return
    turn = len(probes) % 6
    probes.append((data.upper(), sender))
    if turn < 2:
        sock.sendto(data.upper(), sender)
    if turn == 1:
        sock.sendto(data.upper(), sender)
    if turn == 2:
        sock.sendto(data.upper()[:60], sender)
    if turn == 3:
        sock.sendto(data.upper()[:-1] + b"\x00", sender)
    if turn == (5 + late) % 6 and len(probes) > late:
        sock.sendto(*probes[-1 - late])


loop = Loop()
loop.watch(sock, answer)
print_json({"port": sock.getsockname()[1]})
loop.run()
# What arrived before the end is still in the buffer.
try:
    while True:
        answer()
except BlockingIOError:
    print_json({"probes": len(probes)})
