"""Sends a datagram until it is answered: ask.py HOST PORT HEX SECONDS. Prints a JSON line with the first answer in hex, or null if none comes
in that time. It is how tests see, without udptool, whether a server answers."""
import json, socket, sys, time

host, port, request, seconds = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3]), float(sys.argv[4])
family = socket.AF_INET6 if ':' in host else socket.AF_INET
answer, end = None, time.monotonic() + seconds
with socket.socket(family, socket.SOCK_DGRAM) as client:
    client.connect((host, port))
    while answer is None and time.monotonic() < end:
        try:
            client.settimeout(0.1)
            client.send(request)
            answer = client.recv(65535)
        except TimeoutError:
            pass
        except OSError:
            time.sleep(0.05)  # Nothing listens there yet, or the address is not there yet.
print(json.dumps({'answer': None if answer is None else answer.hex()}), flush=True)
