#!/usr/bin/env python3
"""Sessions of irtt: every combination of statistics, stamps and clocks, with random values, every second one with an HMAC.

    python3 test/helpers/peers/golden_irtt.py > fixtures/packets/irtt.json

It shares no code with src/wire. The tests compare the codec with the file and never run this program.
"""

import json
import random

from irtt_messages import CLOCKS, CLOSE, OPEN, REPLY, STAMPS, STATS, Window, echo, fields, parameters, seal

draw = random.Random(2112)


def session(n, stats, stamps, clock):
    key = draw.choice(['k', 'a longer key', 'x' * 70]) if n % 2 == 1 else None
    asked = {
        'version': 1,
        'duration': draw.choice([1, 63, 64, 60_000_000, 3_600_000_000_000, 2**53 - 1]),
        'interval': draw.choice([1, 20_000_000, 10**9]),
        'length': draw.choice([0, 0, 16, 60, 100, 172]),
        'stats': stats,
        'stamps': stamps,
        'clock': clock,
        'tos': draw.choice([0, 8, 184, 255]),
        'fill': draw.choice(['', '', 'rand', 'pattern:0102', 'p' * 32]),
    }
    token = draw.getrandbits(64)
    sequence = draw.choice([0, 1, draw.getrandbits(32), 2**32 - 1])
    agreed = fields(stats, stamps, clock)
    limits = {'I': 2**32, 'Q': 2**64}
    values = {
        name: draw.randrange(limits[kind]) if kind in limits else draw.choice([0, -1, -2**63, 2**63 - 1, draw.randrange(2**62)])
        for name, kind in agreed
    }
    written = parameters(**asked)
    return {
        'key': key,
        'parameters': {name: value for name, value in asked.items() if value not in (None, '')},
        'token': f'{token:016x}',
        'sequence': sequence,
        'report': {name: str(value) for name, value in values.items()},
        'openRequest': seal(OPEN, written, key).hex(),
        'question': seal(OPEN | CLOSE, written, key).hex(),
        'openReply': seal(OPEN | REPLY, token.to_bytes(8, 'little') + written, key).hex(),
        'answer': seal(OPEN | REPLY | CLOSE, bytes(8) + written, key).hex(),
        'request': echo(0, token, sequence, agreed, {}, asked['length'], b'\0', key).hex(),
        'reply': echo(REPLY, token, sequence, agreed, values, asked['length'], b'irtt', key).hex(),
        'last': echo(REPLY | CLOSE, token, sequence, agreed, values, asked['length'], b'irtt', key).hex(),
        'close': seal(CLOSE, token.to_bytes(8, 'little'), key).hex(),
    }


def arrivals():
    """Sequence numbers as a server may receive them, and the window after each."""
    sequence, out, window = draw.getrandbits(32), [], Window()
    for _ in range(40):
        sequence = (sequence + draw.choice([0, 1, 1, 1, 2, 5, 31, 32, 33, 63, 64, 65, -1, -3])) % 2**32
        out.append([sequence, f'{window.add(sequence):016x}'])
    return out


combinations = [(stats, stamps, clock) for stats in STATS for stamps in STAMPS for clock in CLOCKS[1:]]
print(json.dumps({
    'about': 'Made by test/helpers/peers/golden_irtt.py from docs/irtt.md.',
    'sessions': [session(n, *combination) for n, combination in enumerate(combinations)],
    'windows': [arrivals() for _ in range(10)],
}, separators=(',', ':')))
