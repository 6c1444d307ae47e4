"""Sends malformed frames to a TCP server, each --hex over another connection, and reads the answers.

Meanwhile another client uploads a file, one piece after each of them. Its upload must succeed."""

import argparse
import json
import struct

from peer import print_json
from stream import connect, frame, recv_header, recv_to_the_end, sha256

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--hex", action="append", default=[])
parser.add_argument("--shut", action="store_true", help="ends its side after the malformed frame")
options = parser.parse_args()

pieces = [b"%d of the upload\n" % index for index in range(len(options.hex) + 1)]
body = b"".join(pieces)
upload = connect(options.to)
upload.sendall(frame({"cmd": "put", "file_name": "upload", "file_size": len(body), "sha256": sha256(body)}))
answers = []
for index, text in enumerate(options.hex):
    upload.sendall(pieces[index])
    sock = connect(options.to)
    try:
        sock.sendall(bytes.fromhex(text))
        if options.shut:
            sock.shutdown(1)
    except OSError:
        pass
    data, ended = recv_to_the_end(sock)
    length = struct.unpack("i", data[:4])[0] if len(data) >= 4 else None
    answer = json.loads(data[4:]) if length == len(data) - 4 else data.hex()
    answers.append({"answer": answer, "ended": ended})
    sock.close()
upload.sendall(pieces[-1])
print_json({"answers": answers, "upload": recv_header(upload), "digest": sha256(body)})
