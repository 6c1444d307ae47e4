"""A name server at 127.0.0.1: zone_server.py FILE. FILE is JSON, read again for each query: {"name A": ["10.0.0.1"], "name AAAA": ["::1"],
"name SRV": ["9000 host"]}. An empty list is an answer without records, null no answer at all, and a name that is not there does not exist."""
import json, socket, struct, sys

KINDS = {1: 'A', 28: 'AAAA', 33: 'SRV'}


def encoded(name):
    return b''.join(bytes([len(part)]) + part.encode() for part in name.split('.')) + b'\0'


def data(kind, value):
    if kind == 'A':
        return socket.inet_aton(value)
    if kind == 'AAAA':
        return socket.inet_pton(socket.AF_INET6, value)
    port, host = value.split()
    # RFC 2782: priority, weight, port, target.
    return struct.pack('>HHH', 0, 0, int(port)) + encoded(host)


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(('127.0.0.1', 53))
    print('{}', flush=True)
    while True:
        query, client = server.recvfrom(4096)
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += query[at] + 1
        question, number = query[12:at + 5], struct.unpack('>H', query[at + 1:at + 3])[0]
        kind, name = KINDS.get(number, '?'), '.'.join(labels).lower()
        with open(sys.argv[1]) as file:
            zone = json.load(file)
        exists = any(key.split()[0] == name for key in zone)
        values = zone.get(f'{name} {kind}', [])
        if values is None:
            continue
        flags = 0x8580 if exists else 0x8583
        answers = b''
        for value in values:
            content = data(kind, value)
            answers += b'\xc0\x0c' + struct.pack('>HHIH', number, 1, 1, len(content)) + content
        header = query[:2] + struct.pack('>HHHHH', flags, 1, len(values), 0, 0)
        server.sendto(header + question + answers, client)
