"""A sender of STAMP and TWAMP-Light, written from RFC 8762, RFC 8972 and RFC 5357 appendix I alone, that checks every octet of each reply.

--to ADDRESS:PORT, --from ADDRESS[:PORT], --count N, --size N (padding by the TLV Extra Padding; --light: without one), --ssid N
--stateful          replies are numbered from 0; otherwise each has the number of its request
--key HEX           authenticated mode
--ptp               requests have bit Z and that format
--reply-ptp         replies must have bit Z and that format
--tail HEX          TLVs of each request, before Extra Padding
--sign-tlvs         adds the TLV HMAC
--tail-pattern RE   what the tail of each reply must be in hex, without the TLV HMAC; default: the tail of the request with U cleared
--ttl N, --tos N    of the requests
--bad NAME          sends such a packet before each request, which must not be answered: short (43 or 111 octets), empty, multiplier (0), hmac
                    (one wrong bit), mbz-hmac (a bit of MBZ changed after the HMAC), base (without HMAC), reply (a reply instead), replay (the
                    request before, once more), hops (TTL 1, over IPv4)
--follow-up         the TLV Follow-Up Telemetry of each reply must have the number of the reply before, and a time not before its T3

--scapy             requests and replies are also built and read by scapy (needs Debian's Python)

--capture FILE      writes requests and replies as pcap

Prints the number of requests and replies, every difference, and TTL and TOS of the replies."""

import argparse
import random
import re
import socket
import struct
import sys

from pcap import Capture
from peer import open_socket, print_json
from stamp_packets import (
    AUTHENTICATED_BASE,
    BASE,
    FOLLOW_UP,
    HMAC_TLV,
    LIGHT_SENDER,
    PADDING,
    PTP_FORMAT,
    UNRECOGNIZED,
    digest,
    hmac_tlv_value,
    nanos_of,
    now,
    ntp,
    ptp,
    read_reflector,
    reflector_packet,
    sender_packet,
    split_tlvs,
    tlv,
)

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--from", dest="source", default="")
parser.add_argument("--count", type=int, default=5)
parser.add_argument("--first", type=int, default=0, help="the first sequence number")
parser.add_argument("--size", type=int, default=0)
parser.add_argument("--ssid", type=int, default=0)
parser.add_argument("--stateful", action="store_true")
parser.add_argument("--key")
parser.add_argument("--ptp", action="store_true")
parser.add_argument("--reply-ptp", action="store_true")
parser.add_argument("--light", action="store_true")
parser.add_argument("--tail", default="")
parser.add_argument("--sign-tlvs", action="store_true")
parser.add_argument("--tail-pattern")
parser.add_argument("--ttl", type=int, default=255)
parser.add_argument("--tos", type=int, default=0)
parser.add_argument("--scapy", action="store_true")
parser.add_argument("--follow-up", action="store_true")
parser.add_argument("--bad", action="append", default=[])
parser.add_argument("--capture")
options = parser.parse_args()

ERROR = 0x0F84 | (PTP_FORMAT if options.ptp else 0)  # 1 ms
# The clocks are the same one, read by different means. A wrong format or epoch is off by years.
TOLERANCE = 5 * 10**8
KEY = bytes.fromhex(options.key) if options.key else None
SHORTEST = AUTHENTICATED_BASE if KEY else BASE
host, _, port = options.to.rpartition(":")
target = (host.strip("[]"), int(port))
six = ":" in target[0]
source, _, source_port = options.source.rpartition(":") if options.source.count(":") == 1 else (options.source, "", "0")
sock = open_socket(source or ("::1" if six else "127.0.0.1"), int(source_port or 0))
sock.settimeout(20)
if six:
    for option, value in ((16, options.ttl), (67, options.tos), (51, 1), (66, 1)):  # IPV6_UNICAST_HOPS, TCLASS, RECVHOPLIMIT, RECVTCLASS
        sock.setsockopt(socket.IPPROTO_IPV6, option, value)
else:
    for option, value in ((socket.IP_TTL, options.ttl), (socket.IP_TOS, options.tos), (12, 1), (13, 1)):  # IP_RECVTTL, IP_RECVTOS
        sock.setsockopt(socket.IPPROTO_IP, option, value)
sock.connect(target)
capture = Capture(options.capture) if options.capture else None
noise = random.Random(1)
wrong, ttls, toses = [], [], []
previous = {"request": b"", "number": 0, "sent": 0}


def tail_of(sequence):
    tail = bytes.fromhex(options.tail)
    if options.sign_tlvs:
        tail += tlv(HMAC_TLV, hmac_tlv_value(KEY or b"", sequence, tail))
    rest = options.size - SHORTEST - len(tail)
    if options.light and options.size:
        return noise.randbytes(max(0, options.size - LIGHT_SENDER))
    return tail + (tlv(PADDING, noise.randbytes(rest - 4)) if rest >= 4 else b"")


def request_of(sequence):
    timestamp = (ptp if options.ptp else ntp)(now())
    if options.light and options.size:
        return struct.pack(">I8sH", sequence, timestamp, ERROR) + tail_of(sequence)
    return sender_packet(sequence, timestamp, ERROR, options.ssid, KEY, tail_of(sequence))


def scapy_differences(request, reply):
    """What scapy builds or reads otherwise than this program does."""
    from scapy.contrib import stamp
    from scapy.layers.inet import UDP

    estimate = stamp.ErrorEstimate(Z=int(options.ptp), scale=ERROR >> 8 & 63, multiplier=ERROR & 0xFF)
    tlvs = [
        stamp.STAMPTestTLV(flags=flags, type=kind, len=len(value), value=value)
        for flags, kind, value in split_tlvs(request[BASE:])[0]
    ]
    head = {"seq": int.from_bytes(request[:4], "big"), "ssid": options.ssid, "err_estimate": estimate}
    built = bytearray(bytes(stamp.STAMPSessionSenderTestUnauthenticated(**head, tlv_objects=tlvs)))
    built[4:12] = request[4:12]  # a float in scapy
    yield "scapy builds", bytes(built), request
    read = stamp.STAMPSessionReflectorTestUnauthenticated(reply, _parent=UDP(len=8 + len(reply)))
    fields = read_reflector(reply)
    for theirs, ours in {"seq": "number", "ssid": "ssid", "seq_sender": "sequence", "ttl_sender": "ttl"}.items():
        yield f"scapy reads {theirs}", getattr(read, theirs), fields[ours]
    for theirs, ours in {"err_estimate": "error", "err_estimate_sender": "estimate"}.items():
        yield f"scapy reads {theirs}", bytes(getattr(read, theirs)), struct.pack(">H", fields[ours])
    listed = [[int(one.flags), one.type, one.value] for one in read.tlv_objects]
    yield "scapy reads TLVs", str(listed), str(split_tlvs(fields["tail"])[0])


def bad_of(name, sequence):
    timestamp = (ptp if options.ptp else ntp)(now())
    whole = sender_packet(sequence, timestamp, ERROR, options.ssid, KEY)
    if name == "hops":
        return whole
    if name == "replay":
        return previous["request"]
    if name == "empty":
        return b""
    if name == "short":
        return whole[: SHORTEST - 1]
    if name == "multiplier":
        return sender_packet(sequence, timestamp, ERROR & 0xFF00, options.ssid, KEY)
    if name == "base":
        return sender_packet(sequence, timestamp, ERROR, options.ssid).ljust(AUTHENTICATED_BASE, b"\0")
    if name == "reply":
        fields = {"sequence": sequence, "timestamp": timestamp, "error": ERROR, "ssid": options.ssid}
        return reflector_packet(sequence, timestamp, timestamp, ERROR, fields, 255, KEY)
    changed = bytearray(whole)
    changed[{"hmac": 111, "mbz-hmac": 60}[name]] ^= 1
    return bytes(changed)


def expected_tail(tail):
    found, rest = split_tlvs(tail)
    return b"".join(tlv(kind, value, flags & ~UNRECOGNIZED) for flags, kind, value in found) + rest


def compare(name, is_right, *values):
    if not is_right:
        wrong.append([name, *(value.hex() if isinstance(value, bytes) else value for value in values)])


def check_tlvs(number, sent, got):
    if options.sign_tlvs:
        before = len(bytes.fromhex(options.tail))
        value = got[before + 4 : before + 20]
        compare("TLV HMAC", value == hmac_tlv_value(KEY or b"", number, got[:before]), got)
        sent, got = sent[:before] + sent[before + 20 :], got[:before] + got[before + 20 :]
    if options.tail_pattern is not None:
        compare("tail", re.fullmatch(options.tail_pattern, got.hex()) is not None, got)
    elif options.light:
        compare("padding", got == sent[: len(got)], got, sent)
    else:
        compare("tail", got == expected_tail(sent), got, sent)


def check(sequence, index, request, reply, before, after):
    length = max(len(request), BASE) if options.light else len(request)
    compare("length", len(reply) == length, len(reply), len(request))
    if len(reply) < SHORTEST:
        return
    fields = read_reflector(reply, KEY is not None)
    number = index if options.stateful else sequence
    compare("number", fields["number"] == number, fields["number"], number)
    compare("sequence", fields["sequence"] == sequence, fields["sequence"], sequence)
    at = 16 if KEY else 4
    compare("copied timestamp", fields["timestamp"] == request[at : at + 8], fields["timestamp"], request[at : at + 8])
    compare("copied error estimate", fields["estimate"] == ERROR, fields["estimate"])
    compare("ssid", fields["ssid"] == options.ssid or options.light, fields["ssid"])
    compare("MBZ", fields["zeros"], reply)
    compare("TTL", fields["ttl"] == options.ttl, fields["ttl"])
    compare("bit Z", bool(fields["error"] & PTP_FORMAT) == options.reply_ptp, fields["error"])
    compare("Multiplier", fields["error"] & 0xFF != 0, fields["error"])
    if KEY is not None:
        compare("HMAC", digest(KEY, reply[:96]) == reply[96:112], reply)
    received, sent = (nanos_of(fields[name], options.reply_ptp) for name in ("received", "sent"))
    compare("order of times", received <= sent, received, sent)
    compare("times", before - TOLERANCE <= received and sent <= after + TOLERANCE, before, received, sent, after)
    if options.follow_up:
        value = next((value for _, kind, value in split_tlvs(fields["tail"])[0] if kind == FOLLOW_UP), bytes(16))
        compare("number of the reply before", value[:4] == struct.pack(">I", previous["number"]), value)
        departure = nanos_of(value[4:12], options.reply_ptp) if index > 0 else 0
        compare("departure of the reply before", previous["sent"] <= departure <= received, value, received)
    previous.update(request=request, number=fields["number"], sent=sent)
    if options.scapy:
        for name, theirs, ours in scapy_differences(request, reply):
            compare(name, theirs == ours, theirs, ours)
    # A request of TWAMP-Light has its padding from octet 14, a reply from octet 44 on.
    check_tlvs(fields["number"], request[SHORTEST:], fields["tail"])


for index in range(options.count):
    sequence = (options.first + index) % 2**32
    for name in options.bad:
        if name == "hops":
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        sock.send(bad_of(name, sequence))
        if name == "hops":
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, options.ttl)
    request = request_of(sequence)
    before = now()
    sock.send(request)
    if capture is not None:
        capture.write(before, sock.getsockname(), target, options.ttl, request)
    try:
        reply, ancillary, _, _ = sock.recvmsg(65535, 256)
    except TimeoutError:
        wrong.append(["no reply", sequence])
        break
    after = now()
    for level, kind, data in ancillary:
        if (level, kind) in ((socket.IPPROTO_IP, 2), (socket.IPPROTO_IPV6, 52)):
            ttls.append(struct.unpack("i", data)[0])
        if (level, kind) in ((socket.IPPROTO_IP, 1), (socket.IPPROTO_IPV6, 67)):
            toses.append(data[0])
    if capture is not None:
        capture.write(after, target, sock.getsockname(), ttls[-1], reply)
    check(sequence, index, request, reply, before, after)

sock.setblocking(False)
try:
    wrong.append(["one reply more", sock.recv(65535).hex()])
except BlockingIOError:
    pass
print_json({"sent": options.count, "wrong": wrong[:20], "ttls": ttls, "toses": toses})
sys.exit(0)
