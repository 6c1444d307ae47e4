"""
Sends datagrams of one kind to a server as fast as it can, from several source addresses in turn, and counts the answers:
rate_cap_client.py HOST PORT KIND SIZE COUNT SOURCE…, KIND one of probe, damaged, filled, plain, request. SOURCE is ADDRESS or ADDRESS@PORT.
Then sends a receipts request from the first source, up to four times. Prints {} when it starts and its counts at the end; `seconds` is the time of the last answer.
"""
import json, select, socket, sys, time
import wire

host, port, kind, size, count, sources = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]
RUN = 0x5EED1234
family = socket.AF_INET6 if ":" in host else socket.AF_INET


def address(source):
    at, _, own = source.partition("@")
    return at, int(own or 0)


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def datagram(sequence):
    if kind == "plain":
        return b"x" * size
    if kind == "request":
        return wire.receipts_request(sequence, RUN, size)
    probe = wire.probe(sequence, RUN, size)
    return flip(probe, 30) if kind == "damaged" else flip(probe, 60) if kind == "filled" else probe


sockets = []
for source in sources:
    one = socket.socket(family, socket.SOCK_DGRAM)
    # SO_RCVBUFFORCE (socket(7)): a busy machine must lose no answer.
    one.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
    one.bind(address(source))
    one.connect((host, port))
    one.setblocking(False)
    sockets.append(one)
answers = {}
total = {"count": 0, "bytes": 0}
last = 0.0


def read(wait):
    global last
    for one in select.select(sockets, [], [], wait)[0]:
        try:
            data = one.recv(65535)
        except OSError:
            continue
        name = chr(data[4]) if data[:4] == wire.MAGIC else "plain"
        answers[name] = answers.get(name, 0) + 1
        total["count"] += 1
        total["bytes"] += len(data)
        last = time.monotonic()


print("{}", flush=True)
began = time.monotonic()
for n in range(count):
    try:
        sockets[n % len(sockets)].send(datagram(n))
    except OSError:
        pass
    read(0)
quiet = time.monotonic() + 2
while time.monotonic() < quiet and total["count"] < count:
    before = total["count"]
    read(0.05)
    if total["count"] > before:
        quiet = time.monotonic() + 2
seconds = max(0, last - began)
flood = dict(answers)
received = dict(total)
tries = 0
while answers.get("T", 0) == flood.get("T", 0) and tries < 4:
    sockets[0].send(wire.receipts_request(1000000 + tries, RUN, 160))
    tries += 1
    until = time.monotonic() + 1
    while answers.get("T", 0) == flood.get("T", 0) and time.monotonic() < until:
        read(0.05)
print(json.dumps({"seconds": seconds, "answers": flood, **received, "receipts": answers.get("T", 0) - flood.get("T", 0)}), flush=True)
