"""An uppercasing echo server in a few lines of Python, for reference."""

import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print("ready", server.getsockname()[1], flush=True)
while True:
    message, peer = server.recvfrom(65535)
    server.sendto(message.upper(), peer)
