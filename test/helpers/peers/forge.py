"""Sends UDP datagrams with a forged source from a raw socket (needs root): one for each --kind, and then ends."""

import argparse
import socket
import struct

from wire import FULL, probe

KINDS = {
    # A right check over a slot that is not blank.
    "filled": lambda size: probe(0, 0xABCDEF01, 50) + b"0" * 67 + b"x" * (size - FULL),
    "unchecked": lambda size: probe(0, 0xABCDEF01, size)[:26] + b"00000000" + probe(0, 0xABCDEF01, size)[34:],
    "other": lambda size: b"UDT1X" + probe(0, 0xABCDEF01, size)[5:],
    # In upper case these are a right probe, a right receipts request and a right magic.
    "lower": lambda size: b"udt1q" + probe(0, 0xABCDEF01, size)[5:],
    "lowerRequest": lambda size: b"UDT1s" + probe(0, 0xABCDEF01, size, b"S")[5:],
    "next": lambda size: b"uDT2Q" + b"0" * (size - 5),
    "probe": lambda size: probe(0, 0xABCDEF01, size)[: size],
    "plain": lambda size: b"x" * size,
}

parser = argparse.ArgumentParser()
parser.add_argument("--source", required=True, help="address:port, the source of the datagrams")
parser.add_argument("--to", required=True, help="address:port")
parser.add_argument("--size", type=int, default=128)
parser.add_argument("--kind", action="append", choices=KINDS, required=True)
options = parser.parse_args()


def named(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(source, to, udp):
    if ":" in to:
        addresses = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, to)
        pseudo = addresses + struct.pack("!II", len(udp), socket.IPPROTO_UDP)
        udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp) or 0xFFFF) + udp[8:]
        return struct.pack("!IHBB", 6 << 28, len(udp), socket.IPPROTO_UDP, 64) + addresses + udp
    addresses = socket.inet_aton(source) + socket.inet_aton(to)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, socket.IPPROTO_UDP, 0) + addresses
    return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + udp


(source, source_port), (to, port) = named(options.source), named(options.to)
family = socket.AF_INET6 if ":" in to else socket.AF_INET
sock = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
for kind in options.kind:
    data = KINDS[kind](options.size)
    udp = struct.pack("!HHHH", source_port, port, 8 + len(data), 0) + data
    sock.sendto(packet(source, to, udp), (to, 0))
print("sent", flush=True)
