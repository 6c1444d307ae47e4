"""Sends bursts of plain datagrams as fast as it can and reads no answers: burst.py HOST PORT SIZE COUNT PAUSE TIMES."""
import socket, sys, time

host, (port, size, count), pause, times = sys.argv[1], map(int, sys.argv[2:5]), float(sys.argv[5]), int(sys.argv[6])
# Without IP_RECVERR: drops by the queue of the interface are not reported to this socket (ip(7)).
with socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.connect((host, port))
    sender.setblocking(False)
    print('{}', flush=True)
    for _ in range(times):
        for _ in range(count):
            try:
                sender.send(bytes(size))
            except OSError:
                pass
        time.sleep(pause)
