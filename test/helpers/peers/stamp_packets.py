"""The octets of STAMP test packets, written from RFC 8762, RFC 8972 and RFC 5357 appendix I alone. All integers are big-endian."""

import hashlib
import hmac
import struct
import time

UNIX_EPOCH = 2_208_988_800  # seconds from 1900 to 1970 (RFC 5905 section 6)
TAI = 37  # seconds ahead of UTC since 2017 (IERS Bulletin C 52); PTP counts TAI (IEEE 1588-2008 section 7.2)
BASE, AUTHENTICATED_BASE = 44, 112  # RFC 8762 figures 5 and 6
LIGHT_SENDER = 14  # RFC 5357 section 4.1.2: sequence number, timestamp, error estimate
SYNCHRONIZED, PTP_FORMAT = 0x8000, 0x4000  # bits S and Z of an error estimate (RFC 8762 section 4.2.1, RFC 8186)
UNRECOGNIZED, MALFORMED, UNVERIFIED = 0x80, 0x40, 0x20  # flags of a TLV (RFC 8972 section 4)
PADDING, LOCATION, TIMESTAMP, COS, DIRECT, ACCESS, FOLLOW_UP, HMAC_TLV = range(1, 9)
SO_TIMESTAMPNS = 35  # socket(7); also the type of the control message


def now():
    return time.clock_gettime_ns(time.CLOCK_REALTIME)


def ntp(nanos):
    """32 bits of seconds since 1900, 32 bits of fraction."""
    seconds, rest = divmod(nanos, 10**9)
    return struct.pack(">II", (seconds + UNIX_EPOCH) % 2**32, rest * 2**32 // 10**9)


def ptp(nanos):
    """Truncated PTP timestamp: 32 bits of seconds since 1970, 32 bits of nanoseconds."""
    seconds, rest = divmod(nanos, 10**9)
    return struct.pack(">II", (seconds + TAI) % 2**32, rest)


def nanos_of(octets, is_ptp):
    """Unix time of a timestamp of this era (RFC 5905 section 6: until 2036 the first bit is 1)."""
    seconds, rest = struct.unpack(">II", octets)
    if is_ptp:
        return (seconds - TAI) * 10**9 + rest
    if seconds < 2**31:
        seconds += 2**32
    return (seconds - UNIX_EPOCH) * 10**9 + (rest * 10**9 >> 32)


def digest(key, octets):
    """HMAC-SHA-256, of which the first 16 octets are used (RFC 8762 section 4.4)."""
    return hmac.new(key, octets, hashlib.sha256).digest()[:16]


def tlv(kind, value, flags=UNRECOGNIZED):
    """A sender sets U (RFC 8972 section 4)."""
    return struct.pack(">BBH", flags, kind, len(value)) + value


def split_tlvs(octets):
    """(list of [flags, type, value], octets that are no TLV because it would reach beyond the end)."""
    found, at = [], 0
    while at + 4 <= len(octets):
        flags, kind, length = struct.unpack_from(">BBH", octets, at)
        if at + 4 + length > len(octets):
            break
        found.append([flags, kind, octets[at + 4 : at + 4 + length]])
        at += 4 + length
    return found, octets[at:]


def hmac_tlv_value(key, sequence, before):
    """Over the sequence number and the TLVs before it (RFC 8972 section 4.8)."""
    return digest(key, struct.pack(">I", sequence) + before)


def sender_packet(sequence, timestamp, error, ssid=0, key=None, tail=b""):
    """RFC 8762 figures 2 and 4 with the SSID of RFC 8972 figures 2 and 4; `tail` is TLVs or padding."""
    if key is None:
        return struct.pack(">I8sHH28x", sequence, timestamp, error, ssid) + tail
    body = struct.pack(">I12x8sHH68x", sequence, timestamp, error, ssid)
    return body + digest(key, body) + tail


def read_sender(packet, is_authenticated=False):
    """The fields of a request. In one of TWAMP-Light, which may end after 14 octets, padding follows the error estimate."""
    if is_authenticated:
        sequence, timestamp, error, ssid = struct.unpack_from(">I12x8sHH", packet)
    else:
        sequence, timestamp, error = struct.unpack_from(">I8sH", packet)
        ssid = int.from_bytes(packet[14:16], "big") if len(packet) >= BASE else 0
    return {"sequence": sequence, "timestamp": timestamp, "error": error, "ssid": ssid}


def reflector_packet(number, received, sent, error, request, ttl, key=None, tail=b""):
    """RFC 8762 figures 5 and 6; `request` as of `read_sender`, `received` and `sent` in octets."""
    sequence, timestamp, estimate, ssid = (request[name] for name in ("sequence", "timestamp", "error", "ssid"))
    if key is None:
        head = struct.pack(">I8sHH8s", number, sent, error, ssid, received)
        return head + struct.pack(">I8sHxxB3x", sequence, timestamp, estimate, ttl) + tail
    head = struct.pack(">I12x8sHH4x8s8x", number, sent, error, ssid, received)
    body = head + struct.pack(">I12x8sH6xB15x", sequence, timestamp, estimate, ttl)
    return body + digest(key, body) + tail


def read_reflector(packet, is_authenticated=False):
    """The fields of a reply, `zeros`: whether all MBZ octets are 0, and its tail."""
    if is_authenticated:
        number, sent, error, ssid, received = struct.unpack_from(">I12x8sHH4x8s", packet)
        sequence, timestamp, estimate, ttl = struct.unpack_from(">I12x8sH6xB", packet, 48)
        gaps = ((4, 16), (28, 32), (40, 48), (52, 64), (74, 80), (81, 96))
        base = AUTHENTICATED_BASE
    else:
        number, sent, error, ssid, received = struct.unpack_from(">I8sHH8s", packet)
        sequence, timestamp, estimate, ttl = struct.unpack_from(">I8sHxxB", packet, 24)
        gaps = ((38, 40), (41, 44))
        base = BASE
    return {
        "number": number,
        "sent": sent,
        "error": error,
        "ssid": ssid,
        "received": received,
        "sequence": sequence,
        "timestamp": timestamp,
        "estimate": estimate,
        "ttl": ttl,
        "zeros": not any(any(packet[start:end]) for start, end in gaps),
        "tail": packet[base:],
    }


def arrival_of(ancillary, otherwise):
    """When the kernel received the datagram (Unix nanoseconds)."""
    for _, kind, data in ancillary:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data)
            return seconds * 10**9 + nanoseconds
    return otherwise
