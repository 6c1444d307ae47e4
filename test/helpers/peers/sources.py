"""
Sends from several sockets and reads no answers: sources.py HOST PORT SOURCE…, SOURCE is ADDRESS,OWN_PORT,TTL,HEX,COUNT.
An address that ends in .* is replaced by .1 to .200, each with a socket. Prints the addresses of the sockets.
"""
import json, socket, sys

host, port = sys.argv[1], int(sys.argv[2])
sources = []
for words in sys.argv[3:]:
    address, own, ttl, data, count = words.split(",")
    for one in [address[:-1] + str(n) for n in range(1, 201)] if address.endswith("*") else [address]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((one, int(own)))
            if int(ttl) > 0:
                sender.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, int(ttl))
            for _ in range(int(count)):
                sender.sendto(bytes.fromhex(data), (host, port))
            sources.append(sender.getsockname())
print(json.dumps({"sources": sources}), flush=True)
