"""A client of the command server, with framed headers: requests the named commands one after the other over one connection."""

import argparse
import socket

from peer import print_json
from stream import connect, frame, recv_header, recv_to_the_end, sha256

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--read", type=int, default=1024)
parser.add_argument("--half-close", action="store_true", help="ends its side after the last request, before any answer")
parser.add_argument("names", nargs="*")
options = parser.parse_args()

sock = connect(options.to)
answers = []
if options.half_close:
    sock.sendall(b"".join(frame({"cmd": "run", "name": name}) for name in options.names))
    sock.shutdown(socket.SHUT_WR)
for name in options.names:
    if not options.half_close:
        sock.sendall(frame({"cmd": "run", "name": name}))
    header = recv_header(sock)
    if header is None:
        answers.append({"header": None})
        break
    data = b""
    while len(data) < header["data_size"]:
        piece = sock.recv(min(options.read, header["data_size"] - len(data)))
        if not piece:
            break
        data += piece
    answers.append({"header": header, "length": len(data), "text": data[:200].decode(errors="replace"), "sha256": sha256(data)})
if not options.half_close:
    sock.shutdown(socket.SHUT_WR)
rest, ended = recv_to_the_end(sock)
print_json({"answers": answers, "rest": len(rest), "ended": ended})
