"""The bytes of probes and receipts, written from docs/wire-format.md alone."""

import zlib

MAGIC = b"UDT1"
HEADER = 34
SLOT = range(50, 117)
FULL = 117
HEX = frozenset(b"0123456789ABCDEF")


def digits(value, width):
    return b"%0*X" % (width, value & ((1 << (4 * width)) - 1))


def number(data, start, width):
    """The field's number, or None if it is cut off, `-`, or not a number."""
    field = bytes(data[start : start + width])
    return int(field, 16) if len(field) == width and HEX.issuperset(field) else None


def check_of(head, kind=None):
    """CRC-32 of bytes 0..25, with kinds R and D replaced by Q."""
    kind = head[4:5] if kind is None else kind
    return zlib.crc32(head[0:4] + (b"Q" if kind in (b"R", b"D") else kind) + head[5:26])


def head(kind, sequence, run, length):
    front = MAGIC + kind + digits(sequence, 8) + digits(run, 8) + digits(length, 5)
    return front + digits(check_of(front), 8)


def probe(sequence, run, size, kind=b"Q", seconds=1, nanoseconds=2, fill=b"plain text, abc 0123456789 xyz. "):
    whole = head(kind, sequence, run, size) + digits(seconds, 8) + digits(nanoseconds, 8) + b"-" * len(SLOT)
    if size > FULL:
        whole += (fill * (size // len(fill) + 1))[: size - FULL]
    return whole[:size]


def receipts_request(sequence, run, size, first=0, count=0):
    body = head(b"S", sequence, run, size) + digits(first, 8) + digits(count, 8)
    return body + b"-" * (size - len(body))


def is_receipts(data):
    return data[:4] == MAGIC and data[4:5] in (b"S", b"T")


def parse(data):
    """The fields of the first 34 bytes; None without the magic."""
    if data[:4] != MAGIC:
        return None
    return {
        "kind": chr(data[4]) if len(data) > 4 else None,
        "sequence": number(data, 5, 8),
        "run": number(data, 13, 8),
        "length": number(data, 21, 5),
        "checkRight": len(data) >= HEADER and number(data, 26, 8) == check_of(bytes(data[:26])),
    }


def slot(data):
    """The server's evidence in a reply of at least 117 bytes."""
    return {
        "received": number(data, 50, 8),
        "seen": number(data, 58, 5),
        "whole": number(data, 63, 5),
        "fragment": number(data, 68, 5),
        "tos": number(data, 73, 2),
        "ttl": number(data, 75, 2),
        "drops": number(data, 77, 8),
        "arrivalSeconds": number(data, 85, 8),
        "dwell": number(data, 101, 8),
        "empty": bytes(data[50:117]) == b"-" * 67,
        "checkRight": number(data, 109, 8) == zlib.crc32(bytes(data[50:109])),
    }


RECEIPTS_FIELDS = (
    ("distinct", 8),
    ("copies", 8),
    ("damaged", 8),
    ("answered", 8),
    ("withheld", 8),
    ("sendFailed", 8),
    ("pending", 8),
    ("strangers", 8),
    ("drops", 8),
    ("dropUnit", 2),
    ("completeMs", 8),
    ("from", 8),
    ("count", 8),
)
BITS = ("notReceived", "received", "answered", "withheld")


def receipts_answer(data):
    """Decodes an answer of kind T: its totals, and the state of each sequence from .. from+count-1."""
    out = dict(parse(data) or {})
    at = HEADER
    for name, width in RECEIPTS_FIELDS:
        out[name] = number(data, at, width)
        at += width
    count = out["count"] or 0
    states = []
    for index in range((count + 1) // 2):
        digit = number(data, at + index, 1)
        if digit is None:
            break
        states += [digit >> 2, digit & 3]
    end = at + (count + 1) // 2
    out["states"] = [BITS[state] for state in states[:count]]
    out["bodyRight"] = number(data, end, 8) == zlib.crc32(bytes(data[:end]))
    return out
