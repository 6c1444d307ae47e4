"""A name server at 127.0.0.1 that answers any question with the address 192.0.2.77, in one wrong way or another. Prints its port, and at the
end of each answer a line with what it sent. The options say what is wrong:

--id N         the id is N more than that of the question
--delay S      the answer comes S seconds late
--from ADDRESS from another address
--lower        the name of the question is in lower case
--question N   the question of the answer is about the name N
--no-question  the response code alone, without a question
--rcode N      the response code
--ad           the answer is authentic data
--forge N      N forged answers come first, from the right address, each with another wrong id and the address 203.0.113.66
--forge-names N  N forged answers come first with the right id, each about another name below that of the question
--silent       no right answer
"""

import argparse
import json
import random
import socket
import struct
import time

parser = argparse.ArgumentParser()
parser.add_argument('--id', type=int, default=0)
parser.add_argument('--delay', type=float, default=0)
parser.add_argument('--from', dest='source')
parser.add_argument('--lower', action='store_true')
parser.add_argument('--question')
parser.add_argument('--no-question', action='store_true')
parser.add_argument('--rcode', type=int, default=0)
parser.add_argument('--ad', action='store_true')
parser.add_argument('--forge', type=int, default=0)
parser.add_argument('--forge-names', type=int, default=0)
parser.add_argument('--silent', action='store_true')
options = parser.parse_args()


def encoded(name):
    return b''.join(bytes([len(part)]) + part.encode() for part in name.split('.')) + b'\0'


def answer(number, name, kind, address='192.0.2.77'):
    flags = 0x8580 | (0x20 if options.ad else 0) | options.rcode
    records = 0 if options.rcode else 1
    record = b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 60, 4) + socket.inet_aton(address)
    return struct.pack('>HHHHHH', number, flags, 1, records, 0, 0) + name + kind + record * records


def wrong_ids(number):
    ids = [other for other in range(65536) if other != number]
    random.shuffle(ids)
    return ids


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
    server.bind(('127.0.0.1', 0))
    port = server.getsockname()[1]
    if options.source:
        other.bind((options.source, port))
    print(json.dumps({'port': port}), flush=True)
    while True:
        query, client = server.recvfrom(4096)
        number, = struct.unpack('>H', query[:2])
        end = 12
        while query[end]:
            end += 1 + query[end]
        name, kind = query[12:end + 1], query[end + 1:end + 5]
        said = name
        if options.lower:
            said = name.lower()
        if options.question:
            said = encoded(options.question)
        time.sleep(options.delay)
        for forged in wrong_ids(number)[:options.forge]:
            server.sendto(answer(forged, name, kind, '203.0.113.66'), client)
        for i in range(options.forge_names):
            server.sendto(answer(number, encoded(f'forged{i}')[:-1] + name, kind, '203.0.113.66'), client)
        if options.no_question:
            server.sendto(struct.pack('>HHHHHH', number, 0x8180 | options.rcode, 0, 0, 0, 0), client)
        elif not options.silent:
            (other if options.source else server).sendto(answer((number + options.id) & 0xffff, said, kind), client)
        print(json.dumps({'name': name.hex()}), flush=True)
