#!/usr/bin/env python3
"""Answers of NTP servers and what they say, by RFC 5905 alone, with exact fractions.

    python3 test/helpers/peers/golden_ntp.py > fixtures/packets/ntp.json

It shares no code with src/wire. The tests compare the codec with the file and never run this program.
"""

import json
import random
import struct
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from math import ceil, floor

SECOND = 10**9
LARGEST = 2**53 - 1
PRIME_EPOCH = datetime(1900, 1, 1, tzinfo=timezone.utc)
UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
LEAPS = ['none', 'add', 'delete', 'unknown']


def real_time(seconds, fraction):
    """Section 6: 32 bits of seconds since 1900 (or since 2036, if they are in the first half of an era), 32 bits of fraction."""
    if seconds == 0 and fraction == 0:
        return None
    era = 0 if seconds >= 2**31 else 1
    moment = PRIME_EPOCH + timedelta(seconds=seconds + era * 2**32)
    since = moment - UNIX_EPOCH
    return {'seconds': since.days * 86400 + since.seconds, 'nanos': floor(Fraction(fraction, 2**32) * SECOND)}


def reference(stratum, four):
    text = four.rstrip(b'\0')
    is_code = text != b'' and text[0] != 0x20 and all(0x20 <= byte <= 0x7E for byte in text)
    if (stratum <= 1 or stratum >= 16) and is_code:
        return text.decode('ascii')
    if 2 <= stratum <= 15 and 1 <= four[0] <= 223:
        return '.'.join(str(byte) for byte in four)
    return four.hex().upper()


def answer(leap, version, stratum, poll, precision, delay, dispersion, four, times, rest=b''):
    origin = struct.pack('>Q', draw.getrandbits(64))
    (rx, rxf), (tx, txf) = times
    packet = struct.pack('>BBbbII4sQ8sIIII', leap << 6 | version << 3 | 4, stratum, poll, precision, delay, dispersion,
                         four, draw.getrandbits(64), origin, rx, rxf, tx, txf) + rest
    says = {
        'service': 'ntp',
        'version': version,
        'leap': LEAPS[leap],
        'stratum': stratum,
        'kiss': reference(0, four) if stratum == 0 and reference(0, four) != four.hex().upper() else None,
        'precision': min(LARGEST, ceil(Fraction(2) ** precision * SECOND)),
        'rootDelay': ceil(Fraction(delay, 2**16) * SECOND),
        'rootDispersion': ceil(Fraction(dispersion, 2**16) * SECOND),
        'referenceId': reference(stratum, four),
        'received': real_time(rx, rxf),
        'sent': real_time(tx, txf),
    }
    return {
        'origin': origin.hex(),
        'hex': packet.hex(),
        'says': {name: value for name, value in says.items() if value is not None},
    }


def any_answer():
    four = draw.choice([bytes(draw.randrange(256) for _ in range(4)), b'GPS\0', b'PPS\0', b'DCFa', b'\0\0\0\0'])
    moments = [(draw.getrandbits(32), draw.getrandbits(32)) for _ in range(2)]
    return answer(draw.randrange(4), draw.randrange(1, 5), draw.choice([0, 1, 2, 3, 15, 16, 17, 255]), draw.randrange(-128, 128),
                  draw.choice([-128, -32, -25, -20, -6, 0, 1, 22, 23, 24, 127]), draw.getrandbits(32), draw.getrandbits(32),
                  four, moments, bytes(draw.choice([0, 0, 4, 20, 28, 70])))


draw = random.Random(5905)
now = (3_990_000_000, 0x80000000)
last, first = (2**32 - 1, 2**32 - 1), (0, 1)
named = {
    'the last moment of era 0': answer(0, 4, 2, 6, -20, 0x100, 0x200, bytes([192, 0, 2, 1]), (last, last)),
    'over the end of era 0': answer(0, 4, 2, 6, -20, 0x100, 0x200, bytes([192, 0, 2, 1]), (last, first)),
    'the first second of era 1': answer(0, 4, 2, 6, -20, 0, 0, bytes([192, 0, 2, 1]), ((0, 2**31), (1, 0))),
    'the last moment of the supported part of era 1': answer(0, 4, 2, 6, -20, 0, 0, bytes([1, 2, 3, 4]), ((2**31 - 1, 2**32 - 1), now)),
    'the first moment of the supported part of era 0': answer(0, 4, 2, 6, -20, 0, 0, bytes([1, 2, 3, 4]), ((2**31, 0), now)),
    'no receive timestamp': answer(3, 4, 16, 6, -20, 0, 0, b'\0\0\0\0', ((0, 0), now)),
    'no timestamps': answer(3, 4, 0, 10, 0, 0, 0, b'DENY', ((0, 0), (0, 0))),
    'kiss RATE': answer(3, 4, 0, 10, -20, 0, 0, b'RATE', (now, now)),
    'kiss RSTR': answer(0, 3, 0, 10, -20, 0, 0, b'RSTR', (now, now)),
    'kiss with a shorter code': answer(3, 4, 0, 6, -20, 0, 0, b'X1\0\0', (now, now)),
    'stratum 0 without a code': answer(3, 4, 0, 6, -20, 0x10000, 0x10000, b'\0\0\0\0', (now, now)),
    'stratum 1': answer(1, 4, 1, 6, -29, 0, 0x10, b'PPS\0', (now, now)),
    'the last unicast address': answer(0, 4, 2, 6, -20, 0, 0, bytes([223, 255, 255, 255]), (now, now)),
    'the first multicast address': answer(0, 4, 2, 6, -20, 0, 0, bytes([224, 0, 0, 0]), (now, now)),
    'no address at all': answer(0, 4, 15, 6, -20, 0, 0, b'\0GPS', (now, now)),
    'a hash of an IPv6 address': answer(2, 4, 3, 6, -23, 0xFFFFFFFF, 0xFFFFFFFF, bytes([0xF3, 1, 2, 3]), (now, now)),
}
print(json.dumps({
    'about': 'Made by test/helpers/peers/golden_ntp.py from RFC 5905.',
    'named': named,
    'random': [any_answer() for _ in range(150)],
}, separators=(',', ':')))
