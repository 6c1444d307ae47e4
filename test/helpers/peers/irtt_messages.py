"""The datagrams of irtt, protocol version 1, by docs/irtt.md alone. Little-endian; the key of a session, if it has one, is its text."""

import hashlib
import hmac
import struct

MAGIC = b'\x14\xa7\x5b'
OPEN, REPLY, CLOSE, HMAC = 1, 2, 4, 8
STATS = ['none', 'count', 'window', 'both']
STAMPS = ['none', 'send', 'receive', 'both', 'midpoint']
CLOCKS = [None, 'wall', 'monotonic', 'both']


def uvarint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def varint(value):
    return uvarint(value << 1 if value >= 0 else (-value << 1) - 1)


def take_uvarint(data):
    value = 0
    for n, byte in enumerate(data):
        value |= (byte & 0x7F) << 7 * n
        if byte < 0x80:
            return value, data[n + 1:]
    raise ValueError('cut')


def parameters(version=1, duration=0, interval=0, length=0, stats='none', stamps='none', clock=None, tos=0, fill=''):
    out = b''
    numbers = [version, duration, interval, length, STATS.index(stats), STAMPS.index(stamps), CLOCKS.index(clock), tos]
    for n, value in enumerate(numbers):
        if value != 0:
            out += uvarint(n + 1) + varint(value)
    return out + (b'\x09' + uvarint(len(fill)) + fill.encode() if fill else b'')


def read_parameters(data):
    """The numbers by their identifier; the fill is text."""
    values = {}
    while data:
        name, data = take_uvarint(data)
        value, data = take_uvarint(data)
        if name == 9:
            values[9], data = data[:value].decode(), data[value:]
        else:
            values[name] = value >> 1 if value % 2 == 0 else -(value + 1 >> 1)
    return values


def seal(flags, body, key=None):
    """Magic, flags, the HMAC-MD5 of all with 16 zeros in its place, body."""
    if key is None:
        return MAGIC + bytes([flags]) + body
    head = MAGIC + bytes([flags | HMAC])
    return head + hmac.new(key.encode(), head + bytes(16) + body, hashlib.md5).digest() + body


def unseal(datagram, key=None):
    """Flags without `HMAC`, and the body."""
    assert datagram[:3] == MAGIC, datagram
    flags = datagram[3]
    if key is None:
        assert flags & HMAC == 0
        return flags, datagram[4:]
    assert flags & HMAC
    expected = hmac.new(key.encode(), datagram[:4] + bytes(16) + datagram[20:], hashlib.md5).digest()
    assert datagram[4:20] == expected, 'wrong HMAC'
    return flags & ~HMAC, datagram[20:]


def fields(stats, stamps, clock):
    """Names and formats of the fields of a reply after token and sequence number, in their order."""
    out = []
    if stats in ('count', 'both'):
        out.append(('count', 'I'))
    if stats in ('window', 'both'):
        out.append(('window', 'Q'))
    moments = {'none': [], 'send': ['send'], 'receive': ['receive'], 'both': ['receive', 'send'], 'midpoint': ['midpoint']}
    for moment in moments[stamps]:
        if clock in ('wall', 'both'):
            out.append((moment + 'Wall', 'q'))
        if clock in ('monotonic', 'both'):
            out.append((moment + 'Mono', 'q'))
    return out


def echo(flags, token, sequence, agreed, values, length, fill=b'\0', key=None):
    """An echo request (every value 0) or reply with a payload of `fill` repeated, `length` octets long in total or as long as its fields need."""
    body = struct.pack('<QI', token, sequence)
    for name, kind in agreed:
        body += struct.pack('<' + kind, values.get(name, 0))
    room = max(0, length - len(body) - (4 if key is None else 20))
    return seal(flags, body + (fill * (room // len(fill) + 1))[:room], key)


def read_echo(body, agreed):
    """Token, sequence number, the fields by their name, and the payload."""
    form = '<QI' + ''.join(kind for _, kind in agreed)
    token, sequence, *values = struct.unpack_from(form, body)
    return token, sequence, dict(zip((name for name, _ in agreed), values)), body[struct.calcsize(form):]


class Window:
    """Which of the last 64 requests arrived: section 3 of the protocol, in integers without a limit."""

    def __init__(self):
        self.bits = None
        self.last = 0

    def add(self, sequence):
        step = (sequence - self.last) % 2**32
        if self.bits is None or step >= 64:
            self.bits = 1
        else:
            self.bits = (self.bits << step | 1) % 2**64
        self.last = sequence
        return self.bits
