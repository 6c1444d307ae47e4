"""A UDP client that compares every reply with the expected bytes, by default Python's bytes.upper().

Each client sends its next datagram after the reply to the one before. All clients run at once."""

import argparse
import selectors
import time

from peer import open_socket, print_json

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True, help="host:port, [v6]:port")
parser.add_argument("--sizes", default="", help="comma list of payload sizes")
parser.add_argument("--text", action="append", default=[], help="a payload in UTF-8")
parser.add_argument("--hex", action="append", default=[], help="a payload in hex")
parser.add_argument("--all-bytes", action="store_true", help="one payload of all 256 values")
parser.add_argument("--expect", default="upper", help="upper, same, none, text:TEXT")
parser.add_argument("--cut", type=int, default=65535, help="the server reads only this many bytes of a datagram")
parser.add_argument("--clients", type=int, default=1)
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--bind", help="the address to send from")
parser.add_argument("--bind-port", type=int, default=0)
parser.add_argument("--timeout", type=float, default=50.0, help="seconds for all datagrams together")
options = parser.parse_args()

host, _, port = options.to.rpartition(":")
host = host.strip("[]")
target = (host, int(port))
home = "::1" if ":" in host else "127.0.0.1"


def payloads(client):
    """All byte values, different for every client, so that a reply to another client is a wrong reply."""
    out = []
    for size in [int(size) for size in options.sizes.split(",") if size]:
        pattern = bytes((index * 7 + client * 31 + size) % 256 for index in range(min(size, 4096)))
        out.append((pattern * (size // max(1, len(pattern)) + 1))[:size])
    out += [text.encode() for text in options.text] + [bytes.fromhex(text) for text in options.hex]
    if options.all_bytes:
        out.append(bytes(range(256)))
    return out * options.rounds


def expected_reply(payload):
    if options.expect.startswith("text:"):
        return options.expect[5:].encode()
    read = payload[: options.cut]
    return read.upper() if options.expect == "upper" else read


class Client:
    def __init__(self, index):
        self.sock = open_socket(options.bind or home, options.bind_port, 1024 * 1024)
        self.sock.connect(target)
        self.sock.setblocking(False)
        self.todo = payloads(index)
        self.at = 0

    def send(self):
        if self.at < len(self.todo):
            self.sock.send(self.todo[self.at])
            result["sent"] += 1
            result["bytesSent"] += len(self.todo[self.at])


result = {"sent": 0, "replies": 0, "right": 0, "bytesSent": 0, "bytesReceived": 0, "wrong": [], "missing": 0}
selector = selectors.DefaultSelector()
clients = [Client(index) for index in range(options.clients)]
result["ports"] = [client.sock.getsockname()[1] for client in clients]
for client in clients:
    selector.register(client.sock, selectors.EVENT_READ, client)
for client in clients:
    client.send()
deadline = time.monotonic() + options.timeout
unfinished = sum(1 for client in clients if client.todo)
if options.expect == "none":
    for client in clients:
        for client.at in range(1, len(client.todo)):
            client.send()
    # A server reads its datagrams in order: when this one is answered, the others would have been.
    last = open_socket(home, 0)
    last.settimeout(options.timeout)
    for _ in range(3):
        last.sendto(b"last", target)
        result["last"] = last.recv(100).decode()
    for client in clients:
        try:
            while True:
                result["wrong"].append({"unexpected": client.sock.recv(65535)[:40].hex()})
                result["replies"] += 1
        except (BlockingIOError, ConnectionRefusedError):
            pass
    unfinished = 0
while unfinished and time.monotonic() < deadline:
    for key, _ in selector.select(0.5):
        client = key.data
        try:
            reply = client.sock.recv(65535)
        except (BlockingIOError, ConnectionRefusedError):
            continue
        result["replies"] += 1
        result["bytesReceived"] += len(reply)
        if client.at >= len(client.todo):
            result["wrong"].append({"unexpected": reply[:40].hex()})
            continue
        want = expected_reply(client.todo[client.at])
        if reply == want:
            result["right"] += 1
        else:
            at = next((i for i, (a, b) in enumerate(zip(reply, want)) if a != b), min(len(reply), len(want)))
            result["wrong"].append({"size": len(client.todo[client.at]), "length": len(reply), "firstWrong": at})
        client.at += 1
        if client.at == len(client.todo):
            unfinished -= 1
        client.send()
result["missing"] = sum(len(client.todo) - client.at for client in clients) if options.expect != "none" else 0
result["wrong"] = result["wrong"][:10]
print_json(result)
