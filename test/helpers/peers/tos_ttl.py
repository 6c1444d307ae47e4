"""Sends or receives the TOS byte and the TTL of datagrams.

tos_ttl.py send PORT TOS TTL HEX  sends the bytes to 127.0.0.1:PORT with this TOS and TTL and prints the reply in hex.
tos_ttl.py serve                  prints its port, then TOS and TTL of each received datagram, and echoes it.
"""

import socket
import struct
import sys

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.settimeout(30)
if sys.argv[1] == "send":
    port, tos, ttl = map(int, sys.argv[2:5])
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
    udp.sendto(bytes.fromhex(sys.argv[5]), ("127.0.0.1", port))
    print(udp.recv(65535).hex())
else:
    IP_RECVTTL = 12
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    udp.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    print(udp.getsockname()[1], flush=True)
    while True:
        data, controls, _, peer = udp.recvmsg(65535, 256)
        received = {kind: value for level, kind, value in controls if level == socket.IPPROTO_IP}
        print(received[socket.IP_TOS][0], struct.unpack("i", received[socket.IP_TTL])[0], flush=True)
        udp.sendto(data, peer)
