"""A name server at 127.0.0.1: dns_server.py ADDRESS UNKNOWN. Answers the first UNKNOWN queries with "no such name" and later queries for an
IPv4 address with ADDRESS. With ADDRESS "silent" it answers none."""
import socket, struct, sys

address, unknown = sys.argv[1], int(sys.argv[2])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(('127.0.0.1', 53))
    print('{}', flush=True)
    while True:
        query, client = server.recvfrom(4096)
        if address == 'silent':
            continue
        end = 12
        while query[end]:
            end += query[end] + 1
        question, kind = query[12:end + 5], struct.unpack('>H', query[end + 1:end + 3])[0]
        flags, answer = 0x8180, b''
        if unknown > 0:
            unknown -= 1
            flags = 0x8183
        elif kind == 1:
            answer = b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 1, 4) + socket.inet_aton(address)
        header = query[:2] + struct.pack('>HHHHH', flags, 1, 1 if answer else 0, 0, 0)
        server.sendto(header + question + answer, client)
