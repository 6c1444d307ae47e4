"""A plain UDP server: reads at most --read bytes of a datagram and answers.

Prints at the end its counts, the number of datagrams that the kernel truncated (MSG_TRUNC), and, with
--verify-probes, whether each one was a probe by docs/wire-format.md."""

import argparse
import socket
import sys

from peer import Loop, drops_of, open_socket, print_json
from wire import FULL, SLOT, parse

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--read", type=int, default=65535)
parser.add_argument("--mode", choices=("upper", "echo", "strupper"), default="upper")
parser.add_argument("--reply", help="a fixed answer")
parser.add_argument("--source-port-other", action="store_true", help="answers from another socket")
parser.add_argument("--silent", action="store_true", help="reads everything and answers nothing")
parser.add_argument("--keep", type=int, default=0, help="prints the first N datagrams at the end, in hex")
parser.add_argument("--announce", type=int, default=0, help="prints a line when the Nth datagram has come")
parser.add_argument("--verify-probes", action="store_true")
parser.add_argument("--ttl", type=int, help="TTL or hop limit of its answers")
parser.add_argument("--recv-buffer", type=int, default=4 * 1024 * 1024)
options = parser.parse_args()

TABLE_LENGTH = 4093

sock = open_socket(options.host, options.port, options.recv_buffer)
other = open_socket(options.host, 0) if options.source_port_other else sock
if options.ttl is not None:
    level, option = (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if ":" in options.host else (socket.IPPROTO_IP, socket.IP_TTL)
    other.setsockopt(level, option, options.ttl)
truth = {"received": 0, "replied": 0, "bytesReceived": 0, "bytesReplied": 0, "cut": 0, "failed": 0}
sizes, peers, kept = {}, {}, []
probes = {"whole": 0, "bad": [], "conflicts": 0, "sequences": {}}
table = {}


def answer_to(data):
    if options.reply is not None:
        return options.reply.encode()
    if options.mode == "upper":
        return data.upper()
    if options.mode == "strupper":
        return data.decode("latin-1").upper().encode("utf-8")
    return data


def verify(data):
    """Checks header and slot by the page. The payload repeats an unknown table of bytes: learns it and counts contradictions."""
    facts = parse(data)
    right = (
        facts is not None
        and facts["kind"] == "Q"
        and facts["checkRight"]
        and facts["length"] == len(data)
        and (len(data) < FULL or data[SLOT.start : SLOT.stop] == b"-" * len(SLOT))
    )
    if not right:
        probes["bad"].append(data[:FULL].hex())
        return
    probes["whole"] += 1
    probes["sequences"].setdefault("%08X" % facts["run"], []).append(facts["sequence"])
    for offset in range(FULL, len(data)):
        index = (offset + 61 * facts["sequence"]) % TABLE_LENGTH
        if table.setdefault(index, data[offset]) != data[offset]:
            probes["conflicts"] += 1


def receive():
    for _ in range(256):
        try:
            data, _, flags, address = sock.recvmsg(options.read)
        except BlockingIOError:
            return
        truth["received"] += 1
        truth["bytesReceived"] += len(data)
        truth["cut"] += 1 if flags & socket.MSG_TRUNC else 0
        sizes[len(data)] = sizes.get(len(data), 0) + 1
        peers[address[1]] = peers.get(address[1], 0) + 1
        if len(kept) < options.keep:
            kept.append(data.hex())
        if options.verify_probes:
            verify(data)
        if truth["received"] == options.announce:
            print_json({"event": "received", "count": options.announce})
        if options.silent:
            continue
        reply = answer_to(data)
        try:
            other.sendto(reply, address)
        except OSError as error:
            truth["failed"] += 1
            print(f"echo.py: {error}", file=sys.stderr)
            continue
        truth["replied"] += 1
        truth["bytesReplied"] += len(reply)


loop = Loop()
loop.watch(sock, receive)
print_json({"port": sock.getsockname()[1], "otherPort": other.getsockname()[1]})
loop.run()
receive()
probes["bad"] = probes["bad"][:5]
probes["table"] = {"learned": len(table), "values": sorted(set(table.values()))}
print_json({**truth, "sizes": sizes, "peers": peers, "kept": kept, "probes": probes, "socketDrops": drops_of(sock)})
