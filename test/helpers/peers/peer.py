"""Common parts of the peers. A peer prints its port when it is ready, ends at EOF on stdin or SIGTERM, and then prints its
counts as one JSON line. It uses the standard library only and no code of udptool, because tests compare udptool with it."""

import json
import os
import selectors
import signal
import socket
import sys
import time

LONGEST_LIFE_SECONDS = 240
# Beyond net.core.rmem_max; needs CAP_NET_ADMIN (socket(7)).
SO_RCVBUFFORCE = 33


def print_json(document):
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def open_socket(host, port, receive_buffer=None):
    """By default with a large receive buffer, so that this program loses nothing while it waits for a processor."""
    receive_buffer = receive_buffer or 4 * 1024 * 1024
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.bind((host, port))
    return sock


def drops_of(*socks):
    """Datagrams that the kernel dropped at these sockets, mostly because of a full buffer: the last column of /proc/net/udp."""
    inodes = {str(os.fstat(sock.fileno()).st_ino) for sock in socks}
    total = 0
    for name in ("/proc/net/udp", "/proc/net/udp6"):
        try:
            with open(name) as table:
                rows = table.read().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            columns = row.split()
            if columns[9] in inodes:
                total += int(columns[-1])
    return total


class Loop:
    """A selector loop. Ends at EOF on stdin, at SIGTERM, or after LONGEST_LIFE_SECONDS."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.over = False
        self.deadline = time.monotonic() + LONGEST_LIFE_SECONDS
        woken, waker = socket.socketpair()
        waker.setblocking(False)
        signal.set_wakeup_fd(waker.fileno())
        signal.signal(signal.SIGTERM, lambda *_: None)
        self._keep = (woken, waker)
        self.selector.register(woken, selectors.EVENT_READ, self._end)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._stdin)

    def _end(self):
        self.over = True

    def _stdin(self):
        if not os.read(sys.stdin.fileno(), 4096):
            self.over = True

    def watch(self, sock, work):
        sock.setblocking(False)
        self.selector.register(sock, selectors.EVENT_READ, work)

    def run(self, wait=lambda: None, tick=lambda: None):
        """`wait` returns the seconds until `tick` is due; None is no limit."""
        while not self.over and time.monotonic() < self.deadline:
            due = wait()
            ready = self.selector.select(1.0 if due is None else max(0.0, min(1.0, due)))
            for key, _ in ready:
                key.data()
            tick()
