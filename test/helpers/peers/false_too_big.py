"""Runs on a router: for every UDP packet to --port larger than --above bytes that arrives on --device it sends the sender an ICMP
"too big" with --mtu, and does not stop the packet. The error quotes the packet correctly."""

import argparse
import socket
import struct
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--device", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--above", type=int, required=True)
parser.add_argument("--mtu", type=int, required=True)
options = parser.parse_args()


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


ETH_P_IP = 0x0800
sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
sniffer.bind((options.device, ETH_P_IP))
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
print("listening", flush=True)
while True:
    packet, origin = sniffer.recvfrom(65535)
    if origin[2] == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_UDP or len(packet) <= options.above:
        continue
    if struct.unpack("!H", packet[22:24])[0] != options.port:
        continue
    quote = packet[:548]
    body = struct.pack("!BBHHH", 3, 4, 0, 0, options.mtu) + quote
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    out.sendto(body, (socket.inet_ntoa(packet[12:16]), 0))
sys.exit(0)
