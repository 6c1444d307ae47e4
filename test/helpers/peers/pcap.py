"""Writes UDP datagrams over IPv4 to a file that tshark reads, as a capture of packets without a link layer (LINKTYPE_RAW)."""

import socket
import struct


class Capture:
    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("=IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 101))  # nanoseconds

    def write(self, nanos, source, target, ttl, payload):
        """`source` and `target` are (address, port)."""
        length = 8 + len(payload)
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0, ttl, socket.IPPROTO_UDP, 0)
        addresses = socket.inet_aton(source[0]) + socket.inet_aton(target[0])
        packet = head + addresses + struct.pack(">HHHH", source[1], target[1], length, 0) + payload
        seconds, rest = divmod(nanos, 10**9)
        self.file.write(struct.pack("=IIII", seconds, rest, len(packet), len(packet)) + packet)
        self.file.flush()
