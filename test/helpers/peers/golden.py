#!/usr/bin/env python3
"""Golden packets: an independent encoder of the wire format (version 1), written from its description alone.

    python3 test/helpers/peers/golden.py > fixtures/packets/golden.json

It shares no code with src/wire. The tests compare the codecs with the file byte for byte and never run this program.
"""

import json
import zlib


def hexa(value, digits):
    """Big-endian upper-case hexadecimal digits; None is an unknown field."""
    if value is None:
        return b'-' * digits
    text = b'%0*X' % (digits, value)
    assert len(text) == digits, (value, digits)
    return text


def crc(data):
    return hexa(zlib.crc32(data), 8)


def header(kind, sequence, run, length):
    covered = b'UDT1' + kind + hexa(sequence % 2**32, 8) + hexa(run, 8) + hexa(length, 5)
    counted = covered.replace(b'UDT1' + kind, b'UDT1Q', 1) if kind in b'RD' else covered
    return covered + crc(counted)


def stamp(seconds, nanos):
    return hexa(seconds, 8) + hexa(nanos, 8)


def probe(size, sequence, run, sent):
    """The header of a probe of `size` bytes; the payload is not part of the golden packets."""
    full = header(b'Q', sequence, run, size) + stamp(*divmod(sent, 10**9)) + b'-' * 67
    assert len(full) == 117
    return full[:size]


WIDTHS = {'received': 8, 'seen': 5, 'whole': 5, 'fragment': 5, 'tos': 2, 'ttl': 2, 'drops': 8}


def slot_fields(evidence):
    """The slot without its check, as (offset after it, bytes) in the order of the wire."""
    fields = [hexa(evidence[name], digits) for name, digits in WIDTHS.items()]
    if evidence['arrivalSeconds'] is None or evidence['arrivalNanos'] is None:
        fields.append(b'-' * 16)
    else:
        fields.append(stamp(evidence['arrivalSeconds'], evidence['arrivalNanos']))
    fields.append(hexa(evidence['dwell'], 8))
    return fields


def reply(size, there, sequence, run, sent, evidence):
    """The answer to a probe declared `size`, of whose header `there` bytes reached the server."""
    front = header(b'R', sequence, run, size) + stamp(*divmod(sent, 10**9))
    fields = slot_fields(evidence)
    covered = b''.join(fields)
    assert len(covered) == 59
    if there >= 117:
        return front + covered + crc(covered)
    out = front
    for field in fields:
        if len(out) + len(field) > there:
            break
        out += field
    return out + b'-' * (there - len(out))


def returned(damage, size, sequence, run, sent):
    """A damaged probe as a server returns it: kind D, the rest unchanged. `damage`: the wrong bytes by offset."""
    out = bytearray(probe(size, sequence, run, sent))
    for offset, byte in damage.items():
        out[int(offset)] = byte
    out[4] = ord('D')
    return bytes(out)


def request(number, run, length, first, count):
    out = header(b'S', number, run, length) + hexa(first % 2**32, 8) + hexa(count, 8)
    return out + b'-' * (length - len(out))


ORDER = ['distinct', 'copies', 'damaged', 'answered', 'withheld', 'sendFailed', 'pending', 'strangers']


def answer(number, run, totals, first, states):
    body = b''.join(hexa(totals[name], 8) for name in ORDER)
    body += hexa(totals['drops'], 8) + hexa(totals['dropUnit'], 2) + hexa(totals['completeMs'], 8)
    body += hexa(first % 2**32, 8) + hexa(len(states), 8)
    padded = states + '0' * (len(states) % 2)
    for i in range(0, len(padded), 2):
        body += hexa(4 * int(padded[i]) + int(padded[i + 1]), 1)
    whole = header(b'T', number, run, 34 + len(body) + 8) + body
    return whole + crc(whole)


def random_bytes(seed, count):
    """splitmix32: the high byte of each word."""
    mask = 0xFFFFFFFF
    out = bytearray()
    for step in range(1, count + 1):
        z = (seed + step * 0x9E3779B9) & mask
        z = (z ^ (z >> 16)) * 0x21F0AAAD & mask
        z = (z ^ (z >> 15)) * 0x735A2D97 & mask
        z ^= z >> 15
        out.append(z >> 24)
    return bytes(out)


def entry(packet, **given):
    """`hex` is the packet in hexadecimal, the rest its fields. null is unknown."""
    return {**given, 'hex': packet.hex()}


def main():
    sent = 1234567 * 10**9 + 987654321
    probes = {}
    for size in (0, 1, 5, 12, 13, 21, 33, 34, 50, 116, 117, 128, 4000):
        given = {'size': size, 'sequence': 0x0123ABCD, 'run': 0xDEADBEEF, 'sent': sent}
        probes[f'size{size}'] = entry(probe(**given), **given)
    for name, given in {
        'zero': {'size': 117, 'sequence': 0, 'run': 0, 'sent': 0},
        'largest': {'size': 65507, 'sequence': 2**32 - 1, 'run': 2**32 - 1, 'sent': 2**53 - 1},
        'wrapped': {'size': 200, 'sequence': 2**32 + 5, 'run': 7, 'sent': 10**9 - 1},
    }.items():
        probes[name] = entry(probe(**given), **given)

    known = {
        'received': 1000, 'seen': 1024, 'whole': 4000, 'fragment': 1500, 'tos': 0xB8, 'ttl': 63,
        'drops': 2695, 'arrivalSeconds': 1790000000, 'arrivalNanos': 123456789, 'dwell': 41000,
    }
    partly = {**known, 'whole': None, 'fragment': None, 'tos': None, 'ttl': None, 'drops': None, 'dwell': None}
    extreme = {
        'received': 2**32 - 1, 'seen': 0, 'whole': 0xFFFFF, 'fragment': 0, 'tos': 255, 'ttl': 0,
        'drops': 0, 'arrivalSeconds': 2**32 - 1, 'arrivalNanos': 999999999, 'dwell': 0xFFFFFFFE,
    }
    unknown = {name: None for name in known}
    base = {'sequence': 77, 'run': 0x00C0FFEE, 'sent': sent}
    replies = {}
    for name, size, there, evidence in (
        ('filled', 4000, 117, known),
        ('partlyUnknown', 128, 117, partly),
        ('extreme', 117, 117, extreme),
        ('unknown', 117, 117, unknown),
        ('cutAt90', 4000, 90, known),
        ('cutAt60', 117, 60, known),
        ('cutAt50', 117, 50, known),
    ):
        packet = reply(size, there, evidence=evidence, **base)
        replies[name] = entry(packet, **base, size=size, there=there, slot=evidence)

    damaged = {}
    for name, size, damage in (
        ('kind', 200, {4: ord('X')}),
        ('sequence', 200, {7: ord('F')}),
        ('slot', 200, {60: ord('7')}),
        ('short', 40, {25: ord('0')}),
    ):
        damage = {str(offset): byte for offset, byte in damage.items()}
        damaged[name] = entry(returned(damage, size, **base), **base, size=size, damage=damage)

    requests = {}
    for name, given in {
        'totals': {'number': 1, 'run': 0x00C0FFEE, 'length': 160, 'first': 0, 'count': 0},
        'chunk': {'number': 2, 'run': 0x00C0FFEE, 'length': 300, 'first': 0xFFFFFFF0, 'count': 320},
    }.items():
        requests[name] = entry(request(**given), **given)

    totals = {
        'distinct': 990, 'copies': 3, 'damaged': 2, 'answered': 980, 'withheld': 6, 'sendFailed': 4,
        'pending': 0, 'strangers': 17, 'drops': 12, 'dropUnit': 16, 'completeMs': 61234,
    }
    blind = {**totals, 'copies': 2**32 - 1, 'drops': None, 'dropUnit': None}
    answers = {}
    for name, number, length, sums, first, states in (
        ('totals', 1, 160, totals, 0, ''),
        ('unknownRun', 1, 160, {**{key: 0 for key in totals}, 'drops': None, 'dropUnit': None}, 0, ''),
        ('states', 2, 300, totals, 1000, '0123321022221111'),
        ('oddAndWrapped', 3, 300, blind, 0xFFFFFFFE, '21032'),
        ('full', 4, 160, totals, 8, '2' * 39 + '3'),
    ):
        given = {'number': number, 'run': 0x00C0FFEE, 'totals': sums, 'first': first, 'states': states}
        packet = answer(**given)
        assert len(packet) <= length
        answers[name] = entry(packet, **given, length=length)

    document = {
        'about': 'Made by test/helpers/peers/golden.py from the description of the wire format.',
        'probes': probes,
        'replies': replies,
        'returned': damaged,
        'requests': requests,
        'answers': answers,
        'uppercase': bytes(range(256)).upper().hex(),
        'random': {str(seed): random_bytes(seed, 32).hex() for seed in (0, 1, 2**32 - 1, 2**32 + 1)},
        'crc32': {text: zlib.crc32(text.encode()) for text in ('', 'a', '123456789', 'The quick brown fox jumps')},
    }
    print(json.dumps(document, indent=2))


main()
