"""Sends plain datagrams "ttl N" with these TTLs (IPv6: hop limits), the last one with 255, and prints text and TTL of each reply.

ttl_client.py FAMILY HOST PORT TTL...
"""

import socket
import struct
import sys

family = {"udp4": socket.AF_INET, "udp6": socket.AF_INET6}[sys.argv[1]]
to = (sys.argv[2], int(sys.argv[3]))
udp = socket.socket(family, socket.SOCK_DGRAM)
udp.settimeout(30)
if family == socket.AF_INET:
    IP_RECVTTL = 12
    level, set_ttl, received_ttl = socket.IPPROTO_IP, socket.IP_TTL, socket.IP_TTL
    udp.setsockopt(level, IP_RECVTTL, 1)
else:
    level, set_ttl, received_ttl = socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, socket.IPV6_HOPLIMIT
    udp.setsockopt(level, socket.IPV6_RECVHOPLIMIT, 1)
for ttl in [*map(int, sys.argv[4:]), 255]:
    udp.setsockopt(level, set_ttl, ttl)
    udp.sendto(b"ttl %d" % ttl, to)
text = ""
while text != "TTL 255":
    data, controls, _, _ = udp.recvmsg(65535, 256)
    text = data.decode()
    [ttl] = [value for at, kind, value in controls if (at, kind) == (level, received_ttl)]
    print(text, struct.unpack("i", ttl)[0])
