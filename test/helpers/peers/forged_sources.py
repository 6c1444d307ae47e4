"""Sends UDP datagrams at a fixed rate with forged sources, unused addresses of a subnet, over IPv4 or IPv6, from a raw socket (needs
root). Prints "ready" when it starts and the number of sent datagrams at its end: after --count, --seconds or SIGTERM."""

import argparse
import ipaddress
import signal
import socket
import struct
import time

from peer import print_json

parser = argparse.ArgumentParser()
parser.add_argument("--first", required=True, help="the first source address; the others follow it")
parser.add_argument("--addresses", type=int, default=200)
parser.add_argument("--ports", type=int, default=1, help="number of source ports of each address")
parser.add_argument("--to", required=True, help="address:port")
parser.add_argument("--rate", type=float, default=300.0, help="datagrams a second")
parser.add_argument("--first-port", type=int, default=20000)
parser.add_argument("--ttl", type=int, default=64)
parser.add_argument("--size", type=int, default=8)
parser.add_argument("--hex", help="the payload, instead of --size letters")
parser.add_argument("--count", type=int, default=-1, help="ends after this number of datagrams")
parser.add_argument("--seconds", type=float, default=120.0)
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
target = ipaddress.ip_address(host.strip("[]"))
first = int(ipaddress.ip_address(options.first))
six = target.version == 6
data = bytes.fromhex(options.hex) if options.hex else b"x" * options.size


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(number):
    source = (first + number % options.addresses).to_bytes(16 if six else 4, "big")
    source_port = options.first_port + number // options.addresses % options.ports
    length = 8 + len(data)
    udp = struct.pack("!HHHH", source_port, int(port), length, 0) + data
    if six:
        pseudo = source + target.packed + struct.pack("!II", length, socket.IPPROTO_UDP)
        udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp) or 0xFFFF) + udp[8:]
        return struct.pack("!IHBB", 0x60000000, length, socket.IPPROTO_UDP, options.ttl) + source + target.packed + udp
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, number & 0xFFFF, 0, options.ttl, socket.IPPROTO_UDP, 0) + source + target.packed
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + udp


sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
over = []
signal.signal(signal.SIGTERM, lambda *_: over.append(True))
signal.signal(signal.SIGINT, signal.SIG_IGN)
print_json({"ready": True})
sent = 0
began = time.monotonic()
while not over and time.monotonic() < began + options.seconds:
    due = int((time.monotonic() - began) * options.rate)
    while sent < due and (options.count < 0 or sent < options.count):
        sock.sendto(packet(sent), (str(target), 0))
        sent += 1
    if sent == options.count:
        break
    time.sleep(0.003)
print_json({"sent": sent})
