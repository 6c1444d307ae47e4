"""Common parts of the TCP peers, written from docs/tcp.md alone: `struct.pack('i', n)`, a header in JSON, then the body."""

import hashlib
import json
import socket
import socketserver
import struct
import sys
import threading

from peer import print_json


def connect(to, timeout=30):
    host, _, port = to.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=timeout)


def frame(header):
    head_bytes = bytes(json.dumps(header), encoding="utf-8")
    return struct.pack("i", len(head_bytes)) + head_bytes


def recv_exactly(conn, size):
    """`size` bytes, or fewer if the other side ended before."""
    data = b""
    while len(data) < size:
        piece = conn.recv(min(65536, size - len(data)))
        if not piece:
            break
        data += piece
    return data


def recv_header(conn):
    """The next header; None if the other side has ended."""
    head_len_bytes = recv_exactly(conn, 4)
    if len(head_len_bytes) < 4:
        return None
    return json.loads(recv_exactly(conn, struct.unpack("i", head_len_bytes)[0]).decode("utf-8"))


def recv_to_the_end(conn):
    data = b""
    try:
        while piece := conn.recv(65536):
            data += piece
    except ConnectionResetError:
        return data, "reset"
    except socket.timeout:
        return data, "timeout"
    return data, "end"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(handler, truth):
    """Prints its port, serves until stdin ends, then prints `truth`."""
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print_json({"port": server.server_address[1]})
        sys.stdin.buffer.read()
        server.shutdown()
    print_json(truth)
