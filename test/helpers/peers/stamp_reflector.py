"""A reflector of STAMP and TWAMP-Light, written from RFC 8762, RFC 8972 and RFC 5357 appendix I alone, with the faults of others.

--stateful               numbers its replies from 0 in each session (address, port and SSID)
--restart-after N        forgets its counters after every N requests, as a reflector does that restarts
--direct                 fills in the TLV Direct Measurement; otherwise it does not know this type
--clock NAME             ntp; ptp: bit Z and that format; wrong: bit Z of the request, and the other format
--shift S                its clock is ahead by S seconds
--error HEX              its error estimate without Z; with Multiplier 0 the packet is corrupt
--key HEX                authenticated mode; --sign HEX signs the replies with this key instead
--tlvs NAME              known (RFC 8972); unknown: U stays set in all; malformed: M in the first one; integrity: I in all
--cos-refused            RP is 1 in the TLV Class of Service, and DSCP1 is not used
--light N                38 octets and N zeros, whatever came: no TTL field, and a length that does not follow that of the request
--drop-forward N[,N…]    does not receive these datagrams: every Nth, or with a comma those arrivals, from 1
--drop-return N[,N…]     counts these and does not answer
--copies N               receives every Nth request twice, as if the path had copied it
--answers N              sends the reply to every Nth request twice
--foreign                before each reply it sends one with a number that was never sent, and one of another session (SSID + 1)
--capture FILE           writes requests and replies as pcap
--swap N                 holds every Nth request back until the next one was answered

Prints at its end one entry for each arrival, in order: [session, sequence, what, number]; `what` is answered, forward, return, refused."""

import argparse
import socket
import struct

from pcap import Capture
from peer import Loop, open_socket, print_json
from stamp_packets import (
    AUTHENTICATED_BASE,
    BASE,
    COS,
    DIRECT,
    FOLLOW_UP,
    HMAC_TLV,
    LIGHT_SENDER,
    MALFORMED,
    PADDING,
    PTP_FORMAT,
    SO_TIMESTAMPNS,
    TIMESTAMP,
    UNRECOGNIZED,
    UNVERIFIED,
    arrival_of,
    digest,
    hmac_tlv_value,
    now,
    ntp,
    ptp,
    read_sender,
    reflector_packet,
    split_tlvs,
    tlv,
)

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--stateful", action="store_true")
parser.add_argument("--restart-after", type=int, default=0)
parser.add_argument("--direct", action="store_true")
parser.add_argument("--clock", choices=("ntp", "ptp", "wrong"), default="ntp")
parser.add_argument("--shift", type=float, default=0.0)
parser.add_argument("--error", default="0f84")
parser.add_argument("--key")
parser.add_argument("--sign")
parser.add_argument("--tlvs", choices=("known", "unknown", "malformed", "integrity"), default="known")
parser.add_argument("--cos-refused", action="store_true")
parser.add_argument("--light", type=int)
parser.add_argument("--drop-forward", default="")
parser.add_argument("--drop-return", default="")
parser.add_argument("--copies", type=int, default=0)
parser.add_argument("--answers", type=int, default=0)
parser.add_argument("--foreign", action="store_true")
parser.add_argument("--swap", type=int, default=0)
parser.add_argument("--capture")
options = parser.parse_args()

KEY = bytes.fromhex(options.key) if options.key else None
SIGN = bytes.fromhex(options.sign) if options.sign else KEY
SHORTEST = AUTHENTICATED_BASE if KEY else LIGHT_SENDER
LENGTHS = {TIMESTAMP: 4, COS: 4, DIRECT: 12, FOLLOW_UP: 16, HMAC_TLV: 16}
DIRECTION_LOST = {"forward": options.drop_forward, "return": options.drop_return}


class Session:
    def __init__(self):
        self.received = 0
        self.replies = 0
        self.previous = bytes(12)  # sequence number and timestamp of the previous reply


sessions = {}
names = []
arrivals = []
seen = 0
held = None


def is_due(rule, number):
    """`5`: every fifth; `5,9`: the fifth and the ninth."""
    if "," in rule:
        return str(number) in rule.split(",")
    return rule != "" and number % int(rule) == 0


def clock_of(request):
    """(octets of a Unix time, bit Z)"""
    if options.clock == "wrong":
        asked = request["error"] & PTP_FORMAT
        return (ntp if asked else ptp), asked
    return (ptp, PTP_FORMAT) if options.clock == "ptp" else (ntp, 0)


def fill(kind, value, session, tos, before, number):
    """(flags, value) of a TLV in the reply."""
    if options.tlvs == "unknown" or kind not in (PADDING, *LENGTHS) or (kind == DIRECT and not options.direct):
        return UNRECOGNIZED, value
    if kind in LENGTHS and len(value) != LENGTHS[kind]:
        return MALFORMED, value
    if kind == TIMESTAMP:
        return 0, bytes([1, 2, 1, 2])  # NTP, software, in both directions
    if kind == COS:
        wanted, refused = value[0] >> 2, int(options.cos_refused)
        return 0, struct.pack(">I", wanted << 26 | (tos >> 2) << 20 | (tos & 3) << 18 | refused << 16)
    if kind == DIRECT:
        return 0, value[:4] + struct.pack(">II", session.received, session.replies)
    if kind == FOLLOW_UP:
        return 0, (session.previous if options.stateful else bytes(12)) + bytes([2, 0, 0, 0])
    if kind == HMAC_TLV:
        return 0, hmac_tlv_value(SIGN or b"", number, before)
    return 0, value


def are_authentic(request, found):
    """Whether the HMAC TLV is right. In authenticated mode it may be absent only beside Extra Padding alone (RFC 8972 section 4.8)."""
    before = b""
    for flags, kind, value in found:
        if kind == HMAC_TLV:
            return KEY is not None and value == hmac_tlv_value(KEY, request["sequence"], before)
        before += tlv(kind, value, flags)
    return KEY is None or all(kind == PADDING for _, kind, _ in found)


def tail_of(request, octets, session, tos, number):
    found, rest = split_tlvs(octets)
    if not are_authentic(request, found) or options.tlvs == "integrity":
        return b"".join(tlv(kind, value, flags | UNVERIFIED) for flags, kind, value in found) + rest
    reply, is_over = b"", False
    for flags, kind, value in found:
        if not is_over:
            flags, value = fill(kind, value, session, tos, reply, number)
            if options.tlvs == "malformed" or flags & MALFORMED:
                flags, is_over = flags | MALFORMED, True
        reply += tlv(kind, value, flags)
    if len(rest) >= 4 and not is_over:
        rest = bytes([rest[0] | MALFORMED]) + rest[1:]
    return reply + rest


def light_reply(request, session, received, clock, error):
    """RFC 5357 section 4.2.1 up to the sender's error estimate: no TTL field."""
    head = struct.pack(">I8sHxx8s", session.replies, clock(now() + SHIFT), error, received)
    return head + struct.pack(">I8sH", request["sequence"], request["timestamp"], request["error"])


def reply_to(packet, request, session, arrived, ttl, tos):
    clock, z = clock_of(request)
    error = int(options.error, 16) | z
    received = clock(arrived + SHIFT)
    if options.light is not None:
        return light_reply(request, session, received, clock, error) + bytes(options.light)
    number = session.replies if options.stateful else request["sequence"]
    tail = tail_of(request, packet[AUTHENTICATED_BASE if KEY else BASE :], session, tos, number)
    sent = clock(now() + SHIFT)
    session.previous = struct.pack(">I", number) + sent
    return reflector_packet(number, received, sent, error, request, ttl, SIGN, tail)


def strangers(packet, request, session, arrived, ttl, tos):
    """A reply to a number that was never sent, and one of another session."""
    for change in ({"sequence": 0xFFFFFFF0}, {"ssid": (request["ssid"] + 1) % 2**16}):
        yield reply_to(packet, {**request, **change}, session, arrived, ttl, tos)


def is_refused(packet, request):
    """RFC 8762 section 4.2.1: a Multiplier of 0 is corrupt. Section 4.4: the HMAC is verified first."""
    if len(packet) < SHORTEST:
        return True
    if KEY is not None and digest(KEY, packet[:96]) != packet[96:112]:
        return True
    return request["error"] & 0xFF == 0


def receive(packet, address, arrived, ttl, tos):
    global seen
    seen += 1
    request = read_sender(packet, KEY is not None) if len(packet) >= SHORTEST else None
    if request is None or is_refused(packet, request):
        arrivals.append([None, request and request["sequence"], "refused", None])
        return
    name = f"{address[1]}/{request['ssid']}"
    if name not in names:
        names.append(name)
    entry = [name, request["sequence"], "forward", None]
    arrivals.append(entry)
    if is_due(DIRECTION_LOST["forward"], seen):
        return
    if options.restart_after and seen % options.restart_after == 0:
        sessions.clear()
    for _ in range(2 if is_due(str(options.copies or ""), seen) else 1):
        session = sessions.setdefault(name, Session())
        session.received += 1
        if options.foreign:
            for other in strangers(packet, request, session, arrived, ttl, tos):
                server.sendto(other, address)
        reply = reply_to(packet, request, session, arrived, ttl, tos)
        entry[2:] = ["return", session.replies]
        session.replies += 1
        if is_due(DIRECTION_LOST["return"], seen):
            continue
        entry[2] = "answered"
        for _ in range(2 if is_due(str(options.answers or ""), seen) else 1):
            server.sendto(reply, address)
            if capture is not None:
                capture.write(now(), server.getsockname(), address, 255, reply)


def take():
    global held
    packet, ancillary, _, address = server.recvmsg(65535, 256)
    marks = {(level, kind): data for level, kind, data in ancillary}
    six = server.family == socket.AF_INET6
    level, ttl_kind, tos_kind = (socket.IPPROTO_IPV6, 52, 67) if six else (socket.IPPROTO_IP, 2, 1)
    ttl = struct.unpack("i", marks.get((level, ttl_kind), struct.pack("i", 255)))[0]
    tos = (marks.get((level, tos_kind)) or b"\0")[0]
    if capture is not None:
        capture.write(now(), address, server.getsockname(), ttl, packet)
    one = (packet, address, arrival_of(ancillary, now()), ttl, tos)
    if options.swap and held is None and (len(arrivals) + 1) % options.swap == 0:
        held = one
        return
    receive(*one)
    if held is not None:
        other, held = held, None
        receive(*other)


SHIFT = int(options.shift * 10**9)
capture = Capture(options.capture) if options.capture else None
loop = Loop()
server = open_socket(options.host, options.port)
server.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
if server.family == socket.AF_INET6:
    server.setsockopt(socket.IPPROTO_IPV6, 51, 1)  # IPV6_RECVHOPLIMIT
    server.setsockopt(socket.IPPROTO_IPV6, 66, 1)  # IPV6_RECVTCLASS
else:
    server.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
    server.setsockopt(socket.IPPROTO_IP, 13, 1)  # IP_RECVTOS
    server.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
loop.watch(server, take)
print_json({"port": server.getsockname()[1]})
loop.run()
print_json({"arrivals": arrivals, "sessions": names})
