"""Answers each datagram COPIES times: repeated_echo.py COPIES. Prints its port first."""
import json, socket, sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(('127.0.0.1', 0))
    print(json.dumps({'port': server.getsockname()[1]}), flush=True)
    while True:
        data, peer = server.recvfrom(65535)
        for _ in range(int(sys.argv[1])):
            server.sendto(data, peer)
