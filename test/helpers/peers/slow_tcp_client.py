"""A TCP client that sends or reads one byte each --pause seconds, until the server ends the connection or for --timeout seconds.

    --as header    sends the header of a frame
    --as body      sends a whole header of an upload at once, then the body
    --as reader    requests the output of a command and reads it; after --timeout it reads the rest at once
    --as plain     sends bytes of a plain stream

Prints the number of sent bytes, and the answer that came before the end."""

import argparse
import json
import socket
import struct
import time

from peer import print_json
from stream import connect

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--as", dest="kind", required=True)
parser.add_argument("--pause", type=float, default=0.05)
parser.add_argument("--timeout", type=float, default=30)
options = parser.parse_args()

sock = connect(options.to)
header = json.dumps({"cmd": "put", "file_name": "slow", "file_size": 1000000}).encode()
if options.kind == "body":
    sock.sendall(struct.pack("i", len(header)) + header)
if options.kind == "reader":
    header = json.dumps({"cmd": "run", "name": "long"}).encode()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.sendall(struct.pack("i", len(header)) + header)
pieces = struct.pack("i", len(header)) + header if options.kind == "header" else b"x" * 1000000
sock.settimeout(options.pause)
sent, answer, ended = 0, b"", False
deadline = time.monotonic() + options.timeout
while time.monotonic() < deadline and not ended:
    try:
        if options.kind == "reader":
            time.sleep(options.pause)
        else:
            sock.sendall(pieces[sent : sent + 1])
            sent += 1
        data = sock.recv(1 if options.kind == "reader" else 65536)
        answer += data
        ended = not data
    except socket.timeout:
        pass
    except OSError:
        ended = True
if options.kind == "reader":
    # The rest in the receive buffer of the kernel; more only if the server still sends.
    sock.settimeout(10)
    try:
        while data := sock.recv(65536):
            answer += data
    except OSError:
        pass
    ended = True
print_json({"ended": ended, "sent": sent, "answer": answer[4:].decode(errors="replace") if options.kind != "reader" else len(answer)})
