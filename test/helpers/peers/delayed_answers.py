"""A UDP server whose answers may be held back or come from another address. Common part of ntp_server.py and stun_server.py."""

import heapq
import itertools
import time

from peer import Loop, open_socket, print_json


class DelayedAnswers:
    def __init__(self, host, port, other=None):
        """`other`: the address that answers come from instead, at a port of its own."""
        self.loop = Loop()
        self.sock = open_socket(host, port)
        self.out = self.sock if other is None else open_socket(other, 0)
        self.due = []
        self.numbers = itertools.count()
        self.requests = 0

    def after(self, seconds, work):
        heapq.heappush(self.due, (time.monotonic() + seconds, next(self.numbers), work))

    def send(self, data, peer):
        self.out.sendto(data, peer)

    def _wait(self):
        return self.due[0][0] - time.monotonic() if self.due else None

    def _tick(self):
        while self.due and self.due[0][0] <= time.monotonic():
            heapq.heappop(self.due)[2]()

    def run(self, receive):
        """`receive(data, peer)` is called for each datagram. Prints the number of requests at the end."""

        def take():
            data, peer = self.sock.recvfrom(65535)
            self.requests += 1
            receive(data, peer)

        self.loop.watch(self.sock, take)
        print_json({'port': self.sock.getsockname()[1], 'answersFrom': self.out.getsockname()[1]})
        self.loop.run(self._wait, self._tick)
        print_json({'requests': self.requests})
