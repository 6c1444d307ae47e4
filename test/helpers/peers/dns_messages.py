"""Random DNS answers by dnspython, and queries that it reads: one JSON line each.

Usage: dns_messages.py SEED COUNT, or dns_messages.py queries with a query in hex on each line of standard input.
"""
import base64
import json
import random
import sys

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset


def label(r):
    length = r.choice([1, 1, 2, 3, 5, 8, 20, 63])
    kind = r.random()
    if kind < 0.8:
        return bytes(r.choice(b'abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-_') for _ in range(length))
    return bytes(r.randrange(256) for _ in range(min(length, 12)))


def name(r, suffixes):
    labels = [label(r) for _ in range(r.choice([0, 1, 1, 1, 2, 3]))]
    suffix = r.choice(suffixes)
    try:
        return dns.name.Name(labels + list(suffix.labels))
    except dns.name.NameTooLong:
        return suffix


def quoted(r, most=60):
    data = bytes(r.randrange(256) if r.random() < 0.2 else r.choice(b'abc xyz";,\\.=0123') for _ in range(r.randrange(most)))
    return '"' + ''.join(f'\\{b:03d}' for b in data) + '"'


def b64(r):
    return base64.b64encode(r.randbytes(r.randrange(1, 80))).decode()


def ipv4(r):
    return '.'.join(str(r.randrange(256)) for _ in range(4))


def ipv6(r):
    # Without the old form ::192.0.2.1, which dnspython shows with dots.
    return '2001:' + ':'.join('0' if r.random() < 0.5 else f'{r.randrange(65536):x}' for _ in range(7))


def types(r):
    return ' '.join(sorted({r.choice(['A', 'NS', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'NSEC', 'DNSKEY', 'CAA', 'TYPE1234', 'TYPE65280']) for _ in range(4)}))


def moment(r):
    return f'{r.randrange(1980, 2100):04d}{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}{r.randrange(24):02d}{r.randrange(60):02d}{r.randrange(60):02d}'


def parameters(r):
    texts = [
        'alpn="' + ','.join(r.sample(['h2', 'h3', 'http/1.1', 'f\\\\\\\\oo\\\\,bar'], 2)) + '"',
        'no-default-alpn',
        f'port={r.randrange(65536)}',
        'ipv4hint=' + ','.join(ipv4(r) for _ in range(r.randrange(1, 4))),
        'ech="' + b64(r) + '"',
        'ipv6hint=' + ','.join(ipv6(r) for _ in range(r.randrange(1, 3))),
        'key12345=' + quoted(r),
    ]
    chosen = [text for text in texts if r.random() < 0.4]
    if 'no-default-alpn' in chosen and not chosen[0].startswith('alpn'):
        chosen.remove('no-default-alpn')
    keys = [text.split('=')[0] for text in chosen]
    if 'port' in keys and r.random() < 0.5:
        chosen.insert(0, 'mandatory=port')
    return ' '.join(chosen)


def data(r, n):
    return {
        'A': lambda: ipv4(r),
        'AAAA': lambda: ipv6(r),
        'NS': lambda: n(),
        'CNAME': lambda: n(),
        'PTR': lambda: n(),
        'DNAME': lambda: n(),
        'SOA': lambda: f'{n()} {n()} ' + ' '.join(str(r.randrange(2**31)) for _ in range(5)),
        'MX': lambda: f'{r.randrange(65536)} {n()}',
        'TXT': lambda: ' '.join(quoted(r, 256) for _ in range(r.randrange(1, 4))),
        'SPF': lambda: quoted(r, 256),
        'HINFO': lambda: f'{quoted(r)} {quoted(r)}',
        'RP': lambda: f'{n()} {n()}',
        'AFSDB': lambda: f'{r.randrange(65536)} {n()}',
        'KX': lambda: f'{r.randrange(65536)} {n()}',
        'SRV': lambda: f'{r.randrange(65536)} {r.randrange(65536)} {r.randrange(65536)} {n()}',
        'NAPTR': lambda: f'{r.randrange(65536)} {r.randrange(65536)} {quoted(r)} {quoted(r)} {quoted(r)} {n()}',
        'CAA': lambda: f'{r.choice([0, 128])} {r.choice(["issue", "issuewild", "iodef"])} {quoted(r)}',
        'URI': lambda: f'{r.randrange(65536)} {r.randrange(65536)} "https://example.org/{r.randrange(1000)}"',
        'DS': lambda: f'{r.randrange(65536)} 8 2 {r.randbytes(32).hex()}',
        'CDS': lambda: f'{r.randrange(65536)} 13 2 {r.randbytes(32).hex()}',
        'SSHFP': lambda: f'4 2 {r.randbytes(32).hex()}',
        'TLSA': lambda: f'3 1 1 {r.randbytes(32).hex()}',
        'DNSKEY': lambda: f'257 3 8 {b64(r)}',
        'CDNSKEY': lambda: f'256 3 13 {b64(r)}',
        'RRSIG': lambda: f'{r.choice(["A", "MX", "TYPE1234"])} 8 2 {r.randrange(2**31)} {moment(r)} {moment(r)} {r.randrange(65536)} {n()} {b64(r)}',
        'NSEC': lambda: f'{n()} {types(r)}',
        'NSEC3': lambda: f'1 {r.choice([0, 1])} {r.randrange(100)} {r.choice(["-", "aabbcc"])} {base64.b32hexencode(r.randbytes(20)).decode()} {types(r)}',
        'NSEC3PARAM': lambda: f'1 0 {r.randrange(100)} {r.choice(["-", "aabbccdd"])}',
        'OPENPGPKEY': lambda: b64(r),
        'DHCID': lambda: b64(r),
        'CSYNC': lambda: f'{r.randrange(2**32)} {r.randrange(4)} {types(r)}',
        'ZONEMD': lambda: f'{r.randrange(2**32)} 1 1 {r.randbytes(48).hex()}',
        'SVCB': lambda: f'{r.randrange(1, 65536)} {n()} {parameters(r)}',
        'HTTPS': lambda: f'{r.randrange(1, 65536)} {n()} {parameters(r)}',
        'TYPE65280': lambda: f'\\# 3 {r.randbytes(3).hex()}',
    }


def record(r, suffixes):
    n = lambda: name(r, suffixes).to_text()
    forms = data(r, n)
    kind = r.choice(list(forms))
    rdata = dns.rdata.from_text('IN', kind, forms[kind]())
    return dns.rrset.from_rdata(name(r, suffixes), r.randrange(2**31), rdata)


def records(section):
    found = []
    for rrset in section:
        for rdata in rrset:
            found.append({
                'name': rrset.name.to_text(),
                'type': dns.rdatatype.to_text(rrset.rdtype),
                'class': dns.rdataclass.to_text(rrset.rdclass),
                'ttl': rrset.ttl,
                'data': rdata.to_text(),
            })
    return found


def answer(r):
    question = name(r, [dns.name.from_text('example.org.'), dns.name.from_text('a.b.c.'), dns.name.root])
    suffixes = [question, question, dns.name.from_text('example.org.'), dns.name.from_text('net.'), dns.name.root]
    kind = r.choice([1, 2, 5, 15, 16, 28, 33, 255, 257, 65280])
    query = dns.message.make_query(question, kind, r.choice([1, 1, 1, 3]), id=r.randrange(65536))
    message = dns.message.make_response(query)
    message.flags |= dns.flags.QR
    for flag in (dns.flags.AA, dns.flags.TC, dns.flags.RA, dns.flags.AD, dns.flags.CD):
        if r.random() < 0.4:
            message.flags |= flag
    for section in (message.answer, message.authority, message.additional):
        section.extend(record(r, suffixes) for _ in range(r.choice([0, 0, 1, 2, 5])))
    edns = None
    if r.random() < 0.6:
        errors = [(r.randrange(0, 30), r.choice([None, 'stopped', 'ä text'])) for _ in range(r.choice([0, 0, 1, 2]))]
        options = [dns.edns.EDEOption(code, text) for code, text in errors]
        if r.random() < 0.3:
            options.append(dns.edns.GenericOption(10, r.randbytes(8)))
        dnssec = r.random() < 0.5
        size = r.choice([512, 1232, 4096, 65535])
        message.use_edns(0, dns.flags.DO if dnssec else 0, size, options=options)
        edns = {'version': 0, 'size': size, 'dnssecOk': dnssec, 'errors': [[code, text] for code, text in errors]}
        message.set_rcode(r.choice([0, 0, 2, 3, 5, 16, 23]))
    else:
        message.set_rcode(r.choice([0, 0, 1, 2, 3, 5, 9]))
    bytes_ = message.to_wire(max_size=65535)
    # Compression may give a name the case of an earlier one, so that what was made is not what is said.
    message = dns.message.from_wire(bytes_, one_rr_per_rrset=True)
    return {
        'id': message.id,
        'question': {'name': question.to_text(), 'type': kind, 'class': query.question[0].rdclass},
        'hex': bytes_.hex(),
        'rcode': dns.rcode.to_text(message.rcode()),
        'aa': bool(message.flags & dns.flags.AA),
        'tc': bool(message.flags & dns.flags.TC),
        'ra': bool(message.flags & dns.flags.RA),
        'ad': bool(message.flags & dns.flags.AD),
        'answers': records(message.answer),
        'authorities': len(message.authority),
        'additionals': len(message.additional),
        'edns': edns,
    }


def query(hex_):
    message = dns.message.from_wire(bytes.fromhex(hex_))
    question, = message.question
    return {
        'id': message.id,
        'name': question.name.to_text(),
        'type': question.rdtype,
        'class': question.rdclass,
        'opcode': dns.opcode.to_text(message.opcode()),
        'flags': dns.flags.to_text(message.flags),
        'edns': message.edns,
        'size': message.payload if message.edns >= 0 else 0,
        'dnssecOk': bool(message.ednsflags & dns.flags.DO),
        'records': len(message.answer) + len(message.authority) + len(message.additional),
    }


def main():
    if sys.argv[1] == 'queries':
        found = [query(line.strip()) for line in sys.stdin if line.strip()]
    else:
        r = random.Random(int(sys.argv[1]))
        found = [answer(r) for _ in range(int(sys.argv[2]))]
    for line in found:
        print(json.dumps(line))


main()
