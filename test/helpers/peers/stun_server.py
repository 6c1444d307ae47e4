"""A STUN server (RFC 8489, Binding) that answers in a given way.

--fault NAME    id: the transaction id has one other bit; echo: the request comes back; cookie: without the magic cookie; fingerprint: a
                wrong FINGERPRINT; required: an attribute that a client must understand and that no RFC defines; cut: 4 bytes less
--classic       as a server of RFC 3489 does: MAPPED-ADDRESS only
--error CODE    an error response
--delay MS      before each answer
--from ADDRESS  answers come from this address"""

import argparse
import ipaddress
import struct
import zlib

from delayed_answers import DelayedAnswers

options = argparse.ArgumentParser()
options.add_argument('--host', default='127.0.0.1')
options.add_argument('--port', type=int, default=0)
options.add_argument('--from', dest='other')
options.add_argument('--delay', type=float, default=0)
options.add_argument('--fault')
options.add_argument('--classic', action='store_true')
options.add_argument('--error', type=int)
options = options.parse_args()


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def address(peer, mask):
    packed = ipaddress.ip_address(peer[0]).packed
    port = struct.pack('>H', peer[1])
    hidden = bytes(a ^ b for a, b in zip(packed, mask))
    return bytes([0, 1 if len(packed) == 4 else 2]) + bytes(a ^ b for a, b in zip(port, mask)) + hidden


def answer(request, peer):
    head = bytearray(request[4:20])
    if options.fault == 'echo':
        return request
    if options.fault == 'id':
        head[15] ^= 1
    if options.error:
        body = attribute(9, bytes([0, 0, options.error // 100, options.error % 100]) + b'Server Error')
    elif options.classic:
        body = attribute(1, address(peer, bytes(16)))
    else:
        body = attribute(0x20, address(peer, request[4:20]))
    body += attribute(0x8022, b'stun_server.py')
    if options.fault == 'cookie':
        head[:4] = bytes(4)
    if options.fault == 'required':
        body += attribute(0x7FFE, b'')
    kind = 0x0111 if options.error else 0x0101
    message = struct.pack('>HH', kind, len(body) + 8) + bytes(head) + body
    right = zlib.crc32(message) ^ 0x5354554E
    message += struct.pack('>HHI', 0x8028, 4, right ^ 1 if options.fault == 'fingerprint' else right)
    return message[:-4] if options.fault == 'cut' else message


def receive(request, peer):
    data = answer(request, peer)
    if options.delay == 0:
        server.send(data, peer)
    else:
        server.after(options.delay / 1000, lambda: server.send(data, peer))


server = DelayedAnswers(options.host, options.port, options.other)
server.run(receive)
