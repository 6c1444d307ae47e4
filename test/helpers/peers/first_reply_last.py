"""An echo server that answers the first datagram of each client after --after others of that client."""

import argparse

from peer import Loop, open_socket, print_json

parser = argparse.ArgumentParser()
parser.add_argument("--after", type=int, required=True)
options = parser.parse_args()

sock = open_socket("127.0.0.1", 0, 1 << 22)
held = {}
answered = {}


def take():
    for _ in range(256):
        try:
            data, client = sock.recvfrom(65535)
        except BlockingIOError:
            return
        if client not in answered:
            held[client] = data
            answered[client] = 0
            continue
        sock.sendto(data, client)
        answered[client] += 1
        if answered[client] == options.after:
            sock.sendto(held.pop(client), client)


loop = Loop()
loop.watch(sock, take)
print_json({"port": sock.getsockname()[1]})
loop.run()
print_json({"clients": len(answered), "held": len(held)})
