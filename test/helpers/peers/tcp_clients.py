"""Many TCP clients at once, each with another text; compares every reply with Python's bytes.upper().

--unread N: one more client sends up to N bytes, until the server stops reading, and reads nothing until all others are done."""

import argparse
import selectors
import socket
import time

from peer import print_json
from stream import connect

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--clients", type=int, default=1)
parser.add_argument("--size", type=int, default=1000)
parser.add_argument("--rounds", type=int, default=10)
parser.add_argument("--unread", type=int, default=0)
options = parser.parse_args()


class Client:
    def __init__(self, index):
        self.sock = connect(options.to)
        self.text = bytes((97 + (index * 7 + at) % 26) if at % 5 else (at * 31 + index) % 256 for at in range(options.size))
        self.rounds = 0
        self.back = b""

    def send(self):
        self.sock.sendall(self.text)


truth = {"right": 0, "wrong": 0, "closed": 0}
unread = connect(options.to) if options.unread else None
if unread:
    unread.setblocking(False)
    sent, stuck = 0, time.monotonic()
    while sent < options.unread and time.monotonic() - stuck < 1:
        try:
            sent += unread.send(b"a" * min(65536, options.unread - sent))
            stuck = time.monotonic()
        except BlockingIOError:
            time.sleep(0.01)
    truth["unreadSent"] = sent
    print_json({"event": "stuck", "sent": sent})
    input()
clients = [Client(index) for index in range(options.clients)]
selector = selectors.DefaultSelector()
for client in clients:
    selector.register(client.sock, selectors.EVENT_READ, client)
    client.send()
left = len(clients)
deadline = time.monotonic() + 60
while left and time.monotonic() < deadline:
    for key, _ in selector.select(1):
        client = key.data
        data = client.sock.recv(65536)
        if not data:
            truth["closed"] += 1
            selector.unregister(client.sock)
            left -= 1
            continue
        client.back += data
        if len(client.back) < len(client.text):
            continue
        truth["right" if client.back == client.text.upper() else "wrong"] += 1
        client.back = b""
        client.rounds += 1
        if client.rounds == options.rounds:
            selector.unregister(client.sock)
            left -= 1
        else:
            client.send()
if unread:
    # Now it reads. Everything that it sent must come back.
    unread.setblocking(True)
    unread.settimeout(30)
    unread.shutdown(socket.SHUT_WR)
    back = 0
    while data := unread.recv(65536):
        back += len(data)
        truth["wrong"] += data != b"A" * len(data)
    truth["returned"] = back
print_json(truth)
