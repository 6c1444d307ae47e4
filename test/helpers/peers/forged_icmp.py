"""Answers each UDP datagram to port 9000 that arrives on a device with ICMP errors, true or forged.

forged_icmp.py DEVICE KIND…: one error of each kind, which quotes the datagram
  true       unchanged
  ports      unchanged, but only to the end of the UDP header
  junk       with other bytes after the UDP header
  unsent     with a sequence that is 1000 higher, and its right check
  run        with another run, and its right check
  bigN       unchanged, and reports it as too big for an MTU of N
  port       with another source port: the kernel of the client delivers such an error to no socket
Ends when its standard input ends.
"""
import socket
import struct
import sys
import threading
import zlib

device, *kinds = sys.argv[1:]
ETH_P_ALL, PACKET_OUTGOING = 3, 4
# Destination unreachable, by an administrative prohibition; fragmentation needed, packet too big.
PROHIBITED = {4: (3, 13), 6: (1, 1)}
TOO_BIG = {4: (3, 4), 6: (2, 0)}

wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
wire.bind((device, ETH_P_ALL))
icmp = {
    4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def changed(payload, sequence_by=0, run_by=0):
    sequence = (int(payload[5:13], 16) + sequence_by) % 2**32
    run = (int(payload[13:21], 16) + run_by) % 2**32
    fields = b"%08X%08X" % (sequence, run) + payload[21:26]
    return payload[:5] + fields + b"%08X" % zlib.crc32(payload[:5] + fields) + payload[34:]


def quoted(kind, header, udp, payload):
    if kind == "ports":
        return header + udp
    if kind == "junk":
        return header + udp + bytes(range(1, 65))
    if kind == "unsent":
        payload = changed(payload, sequence_by=1000)
    if kind == "run":
        payload = changed(payload, run_by=1)
    if kind == "port":
        udp = struct.pack("!H", struct.unpack("!H", udp[:2])[0] ^ 1) + udp[2:]
    return (header + udp + payload)[:500]


def forge(packet):
    version = packet[0] >> 4
    length = (packet[0] & 15) * 4 if version == 4 else 40
    protocol = packet[9] if version == 4 else packet[6]
    udp = packet[length : length + 8]
    if protocol != socket.IPPROTO_UDP or udp[2:4] != struct.pack("!H", 9000):
        return
    for kind in kinds:
        send(kind, version, packet, length, udp)


def send(kind, version, packet, length, udp):
    source = packet[12:16] if version == 4 else packet[8:24]
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    code, mtu = PROHIBITED[version], 0
    if kind.startswith("big"):
        code, mtu = TOO_BIG[version], int(kind[3:])
    body = quoted(kind, packet[:length], udp, packet[length + 8 :])
    message = struct.pack("!BBHI", *code, 0, mtu) + body
    if version == 4:
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
    icmp[version].sendto(message, (socket.inet_ntop(family, source), 0))


def watch():
    while True:
        packet, address = wire.recvfrom(65536)
        if address[2] != PACKET_OUTGOING and packet[0] >> 4 in (4, 6):
            forge(packet)


threading.Thread(target=watch, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
