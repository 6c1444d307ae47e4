"""A QUIC, SIP or CoAP server, or one that returns text in upper case, which answers in a given way. Written from the RFCs.

--protocol P    quic: a Version Negotiation packet (RFC 9000 section 17.2.1); sip: 200 OK (RFC 3261); coap: Reset (RFC 7252); upper
--fault NAME    id: another id; echo: the request comes back; cut: the last 3 bytes are missing; ack: an empty Acknowledgement (coap);
                trying: 100 Trying and no final response (sip)
--first TEXT    before each answer: this text
--trying        before each answer: 100 Trying (sip)
--twice         each answer is sent twice
--delay MS      before each answer
--late          answers a request when the next one comes
--from ADDRESS  answers come from this address"""

import argparse
import struct

from delayed_answers import DelayedAnswers

options = argparse.ArgumentParser()
options.add_argument('--host', default='127.0.0.1')
options.add_argument('--port', type=int, default=0)
options.add_argument('--protocol', required=True)
options.add_argument('--from', dest='other')
options.add_argument('--fault')
options.add_argument('--first')
options.add_argument('--trying', action='store_true')
options.add_argument('--twice', action='store_true')
options.add_argument('--delay', type=float, default=0)
options.add_argument('--late', action='store_true')
options = options.parse_args()

VERSIONS = [0x1A2A3A4A, 1, 0x6B3343CF, 0xFF00001D]


def quic(request):
    assert len(request) >= 1200 and request[0] & 0x80, 'a server ignores it'
    (version,) = struct.unpack('>I', request[1:5])
    assert version & 0x0F0F0F0F == 0x0A0A0A0A
    end = 6 + request[5]
    destination, source = request[6:end], request[end + 1:end + 1 + request[end]]
    assert len(destination) >= 8
    if options.fault == 'id':
        source = bytes([source[0] ^ 1]) + source[1:]
    ids = bytes([len(source)]) + source + bytes([len(destination)]) + destination
    return b'\x80' + bytes(4) + ids + b''.join(struct.pack('>I', one) for one in VERSIONS)


def sip(request, status='200 OK'):
    head, _, body = request.partition(b'\r\n\r\n')
    start, *lines = head.decode().split('\r\n')
    method, uri, version = start.split(' ')
    assert (method, version, body) == ('OPTIONS', 'SIP/2.0', b''), start
    fields = dict(line.split(': ', 1) for line in lines)
    assert fields['Content-Length'] == '0' and fields['Max-Forwards'] == '70' and fields['To'] == f'<{uri}>'
    via = fields['Via']
    assert via.startswith('SIP/2.0/UDP ') and ';branch=z9hG4bK' in via and via.endswith(';rport')
    if options.fault == 'id':
        via = via.replace(';branch=', ';branch=z9hG4bKother')
    answer = [
        f'SIP/2.0 {status}', f'v: {via}=5060;received=192.0.2.1', f'f: {fields["From"]}', f't: {fields["To"]};tag=1',
        f'i: {fields["Call-ID"]}', f'CSeq:', f' {fields["CSeq"]}', 'Server: protocol_server.py', 'Allow: INVITE, OPTIONS', 'l: 0']
    return '\r\n'.join([*answer, '', '']).encode()


def coap(request):
    assert len(request) == 4 and request[:2] == b'\x40\x00', request.hex()
    last = request[3] ^ 1 if options.fault == 'id' else request[3]
    return bytes([0x60 if options.fault == 'ack' else 0x70, 0, request[2], last])


def upper(request):
    return request.upper()


def answers(request):
    if options.first is not None:
        yield options.first.encode()
    if options.trying or options.fault == 'trying':
        yield sip(request, '100 Trying')
    if options.fault == 'trying':
        return
    data = request if options.fault == 'echo' else globals()[options.protocol](request)
    if options.fault == 'cut':
        data = data[:-3]
    yield data
    if options.twice:
        yield data


def receive(request, peer):
    work = [(data, peer) for data in answers(request)]
    if options.late:
        held.append(work)
        work = held.pop(0) if len(held) > 1 else []
    for data, to in work:
        if options.delay == 0:
            server.send(data, to)
        else:
            server.after(options.delay / 1000, lambda data=data, to=to: server.send(data, to))


held = []
server = DelayedAnswers(options.host, options.port, options.other)
server.run(receive)
