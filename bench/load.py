"""A closed-loop load generator: keeps WINDOW datagrams in flight and counts the replies of some seconds.

usage: load.py PORT SIZE WINDOW SECONDS; prints one line: replies, seconds, datagrams that had to be sent again
"""

import socket
import struct
import sys
import time

port, size, window = (int(text) for text in sys.argv[1:4])
seconds = float(sys.argv[4])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
# A timeout of the kernel's, because Python's own would cost a poll() for every datagram.
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 100_000))
client.connect(("127.0.0.1", port))
message = b"a" * size
replies = resent = 0
for _ in range(window):
    client.send(message)
began = time.perf_counter()
end = began + seconds
while True:
    try:
        for _ in range(256):
            client.recv(65535)
            client.send(message)
            replies += 1
    except BlockingIOError:
        # Nothing for a tenth of a second: all that was in flight is lost.
        for _ in range(window):
            client.send(message)
        resent += window
    now = time.perf_counter()
    if now >= end:
        break
print(replies, now - began, resent)
