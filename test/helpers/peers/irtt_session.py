"""One session of irtt: an open request, two echo requests whose replies it checks by docs/irtt.md, and its end, which has no answer."""

import argparse
import socket

from irtt_messages import CLOSE, OPEN, REPLY, echo, fields, parameters, read_echo, read_parameters, seal, unseal
from peer import print_json

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
options = parser.parse_args()
host, port = options.to.rsplit(":", 1)

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(30)
sock.connect((host, int(port)))
asked = {"duration": 60_000_000, "interval": 20_000_000, "stats": "both", "stamps": "both", "clock": "both", "length": 100}
sock.send(seal(OPEN, parameters(**asked)))
flags, body = unseal(sock.recv(65535))
assert flags == OPEN | REPLY, flags
token = int.from_bytes(body[:8], "little")
assert token != 0
assert read_parameters(body[8:]) == {1: 1, 2: 60_000_000, 3: 20_000_000, 4: 100, 5: 3, 6: 3, 7: 3}, body
agreed = fields("both", "both", "both")
reports = []
for sequence in (0, 2):
    sock.send(echo(0, token, sequence, agreed, {}, 100))
    flags, body = unseal(sock.recv(65535))
    replied, number, report, payload = read_echo(body, agreed)
    assert (flags, replied, number) == (REPLY, token, sequence), (flags, replied, number)
    assert payload == b"irtt" * 10, payload
    assert report["receiveMono"] <= report["sendMono"] and report["receiveWall"] <= report["sendWall"], report
    reports.append(report)
first, last = reports
assert (first["count"], first["window"]) == (1, 1), first
assert (last["count"], last["window"]) == (2, 5), last
assert first["sendMono"] <= last["receiveMono"], reports
sock.send(seal(CLOSE, token.to_bytes(8, "little")))
print_json({"reports": reports})
