"""Tries the claims of the lessons with plain Python sockets and prints what a receiver on this machine gets, as one JSON line."""

import json
import os
import shutil
import socket
import sys
import tempfile
import time

HOST = "127.0.0.1"


def datagrams(*messages, recv_buffer=None):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if recv_buffer:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, recv_buffer)
    receiver.bind((HOST, 0))
    receiver.setblocking(False)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for message in messages:
        sender.sendto(message, receiver.getsockname())
    return receiver


def stream(*writes):
    listener = socket.socket()
    listener.bind((HOST, 0))
    listener.listen(1)
    writer = socket.create_connection(listener.getsockname())
    writer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader, _ = listener.accept()
    for write in writes:
        writer.sendall(write)
    time.sleep(0.1)
    writer.close()
    return reader


def drained(receiver, size=65536):
    got = []
    while True:
        try:
            got.append(len(receiver.recv(size)))
        except BlockingIOError:
            return got


def truncation():
    receiver = datagrams(b"hello feng, this is one message", b"next")
    first, _, flags, _ = receiver.recvmsg(10)
    return {
        "first": first.decode(),
        "cut": bool(flags & socket.MSG_TRUNC),
        "next": receiver.recv(10).decode(),
        "left": drained(receiver),
    }


def oversize():
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sender.sendto(bytes(65508), (HOST, 9))
        errno = 0
    except OSError as error:
        errno = error.errno
    return {"errno": errno, "whole": drained(datagrams(bytes(60000), bytes(60000), recv_buffer=1152))}


def unix():
    path = os.path.join(tempfile.mkdtemp(), "socket")
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(path)
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.connect(path)
    shutil.rmtree(os.path.dirname(path))
    sender.setblocking(False)
    receiver.setblocking(False)
    sent = []
    while len(sent) < 100000:
        size = len(sent) % 7 * 100
        try:
            sender.send(bytes(size))
        except BlockingIOError:
            break
        sent.append(size)
    return {"sent": len(sent), "kept": drained(receiver) == sent}


def reads(reader, *sizes):
    return [reader.recv(size).decode() for size in sizes]


print(
    json.dumps(
        {
            "boundaries": drained(datagrams(*(bytes(size) for size in (1, 20, 300, 1000, 10)))),
            "stream": [len(part) for part in reads(stream(*(b"x" * size for size in (1, 20, 300, 1000, 10))), 500, 500, 500)],
            "empty": drained(datagrams(b"a", b"", b"b")),
            "emptyStream": reads(stream(b"a", b"", b"b"), 100, 100),
            "stickyWrites": reads(stream(b"hello", b"feng"), 10, 10),
            "stickyReads": reads(stream(b"hello feng"), 2, 10),
            "truncation": truncation(),
            "oversize": oversize(),
            "unix": unix(),
        }
    )
)
sys.stdout.flush()
