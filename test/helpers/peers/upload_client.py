"""Upload clients, all at once. Each --put is a JSON object with name, and path or size. Optional keys:

    sha256     the digest to announce ("right", or any text); by default none
    declare    the file_size to announce instead of the right one
    stop       closes the connection after this number of bytes
    noRead     never reads an answer
    header     a whole header instead

Prints for each the answer, and how the connection ended."""

import argparse
import json
import threading

from peer import print_json
from stream import connect, frame, recv_header, recv_to_the_end, sha256

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--put", action="append", default=[], type=json.loads)
options = parser.parse_args()
results = [{} for _ in options.put]
together = threading.Barrier(len(options.put))


def content(one):
    if "path" in one:
        with open(one["path"], "rb") as f:
            return f.read()
    return bytes(((index * 131) ^ (index >> 8) ^ len(one["name"])) & 255 for index in range(one["size"]))


def put(one, result):
    data = content(one)
    head_dic = {"cmd": "put", "file_name": one["name"], "file_size": one.get("declare", len(data))}
    if "sha256" in one:
        head_dic["sha256"] = sha256(data) if one["sha256"] == "right" else one["sha256"]
    result["digest"] = sha256(data)
    sock = connect(options.to)
    together.wait()
    try:
        sock.sendall(frame(one.get("header", head_dic)))
        for start in range(0, len(data[: one.get("stop")]), 8000):
            sock.sendall(data[: one.get("stop")][start : start + 8000])
    except OSError as error:
        result["failed"] = str(error)
    if one.get("noRead") or "stop" in one:
        sock.close()
        return
    try:
        result["answer"] = recv_header(sock)
        sock.shutdown(1)
        rest, result["ended"] = recv_to_the_end(sock)
        result["rest"] = len(rest)
    except OSError as error:
        result["ended"] = str(error)


threads = [threading.Thread(target=put, args=pair) for pair in zip(options.put, results)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print_json({"uploads": results})
