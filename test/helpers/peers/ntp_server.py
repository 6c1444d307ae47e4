"""An NTP server (RFC 5905, server mode) whose clock is wrong by a known time and whose path has known delays.

--shift S       its clock is that of this machine plus S seconds, so the true offset is exactly S
--delays F/R,…  each request is held back F ms before the server "receives" it, and each answer R ms after it was "sent": one pair
                for each request in turn, from the first again after the last. Default: 0/0
--fault NAME    origin: the origin timestamp has one other bit; mode: broadcast; echo: the request comes back; cut: 47 bytes; zero: no
                timestamps; backward: it sent the answer a second before it received the request
--kiss, --stratum, --leap, --version, --reference: header fields
--from ADDRESS  answers come from this address"""

import argparse
import struct
import time
from decimal import Decimal

from delayed_answers import DelayedAnswers

UNIX_EPOCH = 2_208_988_800
options = argparse.ArgumentParser()
options.add_argument('--host', default='127.0.0.1')
options.add_argument('--port', type=int, default=0)
options.add_argument('--from', dest='other')
options.add_argument('--shift', type=Decimal, default=Decimal(0))
options.add_argument('--delays', default='0/0')
options.add_argument('--fault')
options.add_argument('--kiss')
options.add_argument('--stratum', type=int, default=2)
options.add_argument('--leap', type=int, default=0)
options.add_argument('--version', type=int, default=4)
options.add_argument('--reference', default='192.0.2.1')
options = options.parse_args()

SHIFT = int(options.shift * 10**9)
DELAYS = [tuple(float(part) / 1000 for part in pair.split('/')) for pair in options.delays.split(',')]


def stamp(nanos):
    """Rounded down, as a clock does. Its precision is 2^-29 s, which is 2 ns."""
    seconds, rest = divmod(nanos, 10**9)
    return struct.pack('>II', (seconds + UNIX_EPOCH) % 2**32, rest * 2**32 // 10**9)


def clock():
    return time.clock_gettime_ns(time.CLOCK_REALTIME) + SHIFT


def respond(request, peer, back):
    received = clock()
    origin = bytearray(request[40:48])
    mode = 4
    if options.fault == 'origin':
        origin[7] ^= 1
    if options.fault == 'mode':
        mode = 5
    reference = bytes(int(part) for part in options.reference.split('.'))
    stratum = options.stratum
    if options.kiss:
        stratum, reference = 0, options.kiss.encode().ljust(4, b'\0')
    head = bytes([options.leap << 6 | options.version << 3 | mode, stratum, 6, 256 - 29])
    body = struct.pack('>II', 0x00008000, 0x00010000) + reference + stamp(received - 10**9) + bytes(origin)
    sent = clock() if options.fault != 'backward' else received - 10**9
    times = bytes(16) if options.fault == 'zero' else stamp(received) + stamp(sent)
    answer = head + body + times
    if options.fault == 'echo':
        answer = request
    if options.fault == 'cut':
        answer = answer[:47]
    if back == 0:
        server.send(answer, peer)
    else:
        server.after(back, lambda: server.send(answer, peer))


def receive(request, peer):
    there, back = DELAYS[(server.requests - 1) % len(DELAYS)]
    if there == 0:
        respond(request, peer, back)
    else:
        server.after(there, lambda: respond(request, peer, back))


server = DelayedAnswers(options.host, options.port, options.other)
server.run(receive)
