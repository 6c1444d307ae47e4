#!/usr/bin/env python3
"""Answers of STUN servers and what they say, by RFC 8489 and RFC 3489 alone.

    python3 test/helpers/peers/golden_stun.py > fixtures/packets/stun.json

It shares no code with src/wire. The tests compare the codec with the file and never run this program.
"""

import ipaddress
import json
import random
import struct
import zlib

COOKIE = bytes.fromhex('2112a442')
SUCCESS, ERROR = 0x0101, 0x0111
draw = random.Random(8489)


def some(length):
    return bytes(draw.randrange(256) for _ in range(length))


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + some(-len(value) % 4)


def address(text, port, mask=bytes(16)):
    packed = ipaddress.ip_address(text).packed
    plain = struct.pack('>H', port) + packed
    hidden = bytes(a ^ b for a, b in zip(plain[:2], mask)) + bytes(a ^ b for a, b in zip(packed, mask))
    return bytes([draw.randrange(256), 1 if len(packed) == 4 else 2]) + hidden


def message(kind, transaction, attributes, fingerprint=False):
    body = b''.join(attributes)
    whole = struct.pack('>HH', kind, len(body) + (8 if fingerprint else 0)) + COOKIE + transaction + body
    if fingerprint:
        whole += struct.pack('>HHI', 0x8028, 4, zlib.crc32(whole) ^ 0x5354554E)
    return whole


def any_address():
    if draw.random() < 0.5:
        return str(ipaddress.IPv4Address(draw.getrandbits(32)))
    groups = [draw.choice([0, 0, draw.getrandbits(16)]) for _ in range(8)]
    packed = struct.pack('>8H', *groups)
    # Python and RFC 5952 differ in IPv4-mapped addresses, which no server should send here.
    return str(ipaddress.IPv6Address(packed)) if any(groups[:5]) else '2001:db8::1'


def success():
    transaction, mapped, port = some(12), any_address(), draw.randrange(65536)
    says = {'service': 'stun'}
    attributes = []
    how = draw.choice(['xor', 'xor', 'plain', 'both'])
    if how != 'xor':
        # The wrong one of a NAT that rewrites addresses, if both are there.
        attributes.append(attribute(0x0001, address(mapped if how == 'plain' else any_address(), port)))
    if how != 'plain':
        attributes.append(attribute(0x0020, address(mapped, port, COOKIE + transaction)))
    if draw.random() < 0.6:
        text = draw.choice(['Coturn-4.6.1', 'a', 'ab', 'abc', 'server ü 1', 'x' * 127])
        attributes.append(attribute(0x8022, text.encode()))
        says['software'] = text
    attributes.append(attribute(draw.choice([0x802B, 0x802C, 0x8023, 0xFFFF, 0x0004, 0x0005]), some(draw.randrange(30))))
    draw.shuffle(attributes)
    if draw.random() < 0.3:
        # Nothing behind it counts but a FINGERPRINT.
        attributes += [attribute(0x0008, some(20)), attribute(0x0020, some(8)), attribute(0x7FFF, b'')]
    says['mapped'] = {'address': mapped, 'port': port, 'family': 'udp4' if '.' in mapped else 'udp6'}
    return transaction, message(SUCCESS, transaction, attributes, draw.random() < 0.5), says


def failure():
    transaction = some(12)
    code, reason = draw.choice([(300, 'Try Alternate'), (400, 'Bad Request'), (401, ''), (420, 'Unknown Attribute'), (438, 'Stale Nonce'),
                                (500, 'Server Error'), (699, 'é')])
    value = some(2) + bytes([draw.randrange(32) << 3 | code // 100, code % 100]) + reason.encode()
    attributes = [attribute(0x0009, value), attribute(0x000A, b'\x00\x03'), attribute(0x0014, b'example.org')]
    draw.shuffle(attributes)
    return transaction, message(ERROR, transaction, attributes, draw.random() < 0.5), {
        'service': 'stun', 'error': {'code': code, 'reason': reason}}


cases = []
for n in range(100):
    transaction, packet, says = failure() if n % 5 == 0 else success()
    cases.append({'transaction': transaction.hex(), 'hex': packet.hex(), 'says': says})
print(json.dumps({'about': 'Made by test/helpers/peers/golden_stun.py from RFC 8489.', 'random': cases},
                 separators=(',', ':'), ensure_ascii=False))
