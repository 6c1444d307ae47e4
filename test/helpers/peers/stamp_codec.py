"""STAMP packets by scapy (scapy.contrib.stamp) and by Python's hmac. Needs Debian's Python.

--make N     prints N packets with random fields: {"kind", "fields", "hex"}; those of authenticated mode, which scapy does not know, by `struct`
--read       reads {"kind", "hex"} a line and prints what scapy or, for HMACs, Python sees"""

import argparse
import hashlib
import hmac
import json
import random
import struct
import sys
from fractions import Fraction

from scapy.contrib.stamp import (
    ErrorEstimate,
    STAMPSessionReflectorTestUnauthenticated as Reflector,
    STAMPSessionSenderTestUnauthenticated as Sender,
    STAMPTestTLV,
)
from scapy.layers.inet import UDP

KEY = bytes(range(32))
UNIX_EPOCH = 2_208_988_800
TAI_AHEAD = 37

parser = argparse.ArgumentParser()
parser.add_argument("--make", type=int)
parser.add_argument("--read", action="store_true")
options = parser.parse_args()
draw = random.Random(8762)


def digest(octets):
    return hmac.new(KEY, octets, hashlib.sha256).digest()[:16]


def error_estimate():
    return {"S": draw.getrandbits(1), "Z": draw.getrandbits(1), "scale": draw.getrandbits(6), "multiplier": draw.randint(1, 255)}


def moment():
    return {"seconds": draw.randint(0, 2**32 - 1) - TAI_AHEAD, "nanos": draw.choice((0, 999_999_999, draw.randrange(10**9)))}


def timestamp(moment, estimate):
    """As scapy wants it: seconds since 1900 for NTP; for PTP 64 bits since 1970."""
    seconds, nanos = moment["seconds"], moment["nanos"]
    if estimate["Z"]:
        return (seconds + TAI_AHEAD) % 2**32 << 32 | nanos
    return (seconds + UNIX_EPOCH) % 2**32 + Fraction(nanos, 10**9)


def octets_of(moment, estimate):
    value = timestamp(moment, estimate)
    return (value if estimate["Z"] else int(value * 2**32)).to_bytes(8, "big")


def estimate_word(estimate):
    return estimate["S"] << 15 | estimate["Z"] << 14 | estimate["scale"] << 8 | estimate["multiplier"]


def random_tlvs():
    return [
        {"flags": draw.choice((0x80, 0, 0x40, 0x20, 0xE0)), "type": draw.randint(0, 255), "hex": draw.randbytes(draw.randint(0, 20)).hex()}
        for _ in range(draw.randint(0, 4))
    ]


def tlvs_of(fields):
    tlvs = fields["tlvs"]
    return [STAMPTestTLV(flags=t["flags"], type=t["type"], len=len(t["hex"]) // 2, value=bytes.fromhex(t["hex"])) for t in tlvs]


def random_request():
    return {"sequence": draw.getrandbits(32), **moment(), "estimate": error_estimate(), "ssid": draw.getrandbits(16), "tlvs": random_tlvs()}


def random_reply():
    sent, received = moment(), moment()
    return {
        "sequence": draw.getrandbits(32),
        **sent,
        "receivedSeconds": received["seconds"],
        "receivedNanos": received["nanos"],
        "estimate": error_estimate(),
        "ttl": draw.getrandbits(8),
    }


def received_of(reply):
    return {"seconds": reply["receivedSeconds"], "nanos": reply["receivedNanos"]}


def sender(fields):
    packet = Sender(seq=fields["sequence"], ssid=fields["ssid"], tlv_objects=tlvs_of(fields))
    # The format of a timestamp is that of the error estimate at the time of its assignment.
    packet.err_estimate = ErrorEstimate(**fields["estimate"])
    packet.ts = timestamp(fields, fields["estimate"])
    return packet


def reflector(request, reply):
    packet = Reflector(seq=reply["sequence"], ssid=request["ssid"], seq_sender=request["sequence"], tlv_objects=tlvs_of(request))
    packet.err_estimate = ErrorEstimate(**reply["estimate"])
    packet.err_estimate_sender = ErrorEstimate(**request["estimate"])
    packet.ts = timestamp(reply, reply["estimate"])
    packet.ts_rx = timestamp(received_of(reply), reply["estimate"])
    packet.ts_sender = timestamp(request, request["estimate"])
    packet.ttl_sender = reply["ttl"]
    return packet


def authenticated(request, reply):
    """RFC 8762 figures 4 and 6."""
    estimate = estimate_word(request["estimate"])
    t1 = octets_of(request, request["estimate"])
    if reply is None:
        body = struct.pack(">I12x8sHH68x", request["sequence"], t1, estimate, request["ssid"])
        return body + digest(body)
    own = reply["estimate"]
    t2, t3 = octets_of(received_of(reply), own), octets_of(reply, own)
    body = struct.pack(">I12x8sHH4x8s8x", reply["sequence"], t3, estimate_word(own), request["ssid"], t2)
    body += struct.pack(">I12x8sH6xB15x", request["sequence"], t1, estimate, reply["ttl"])
    return body + digest(body)


def made():
    request, reply = random_request(), random_reply()
    yield "request", request, None, bytes(sender(request))
    yield "reply", request, reply, bytes(reflector(request, reply))
    yield "authenticatedRequest", request, None, authenticated(request, None)
    yield "authenticatedReply", request, reply, authenticated(request, reply)


def estimate_of(packet):
    return {name: getattr(packet, name) for name in ("S", "Z", "scale", "multiplier")}


def read(kind, octets):
    if kind.startswith("authenticated"):
        return {"isRight": digest(octets[:96]) == octets[96:112]}
    if kind == "tlvMac":
        tlvs = octets[44:-20]
        return {"isRight": digest(octets[:4] + tlvs) == octets[-16:] and octets[-20:-16] == bytes.fromhex("80080010")}
    packet = (Sender if kind == "request" else Reflector)(octets, _parent=UDP(len=8 + len(octets)))
    seen = {
        "name": type(packet).__name__,
        "sequence": packet.seq,
        "timestamp": octets[4:12].hex(),
        "estimate": estimate_of(packet.err_estimate),
        "ssid": packet.ssid,
        "tlvs": [{"flags": int(t.flags), "type": t.type, "hex": bytes(t.value).hex()} for t in packet.tlv_objects],
        "rest": bytes(packet.payload).hex(),
    }
    if kind == "request":
        return {**seen, "mbz": packet.mbz}
    return {
        **seen,
        "senderSequence": packet.seq_sender,
        "senderEstimate": estimate_of(packet.err_estimate_sender),
        "ttl": packet.ttl_sender,
        "mbz": packet.mbz1 + packet.mbz2,
    }


if options.make:
    for _ in range(options.make):
        for kind, request, reply, octets in made():
            print(json.dumps({"kind": kind, "request": request, "reply": reply, "hex": octets.hex()}))
if options.read:
    for line in sys.stdin:
        given = json.loads(line)
        print(json.dumps(read(given["kind"], bytes.fromhex(given["hex"]))))
