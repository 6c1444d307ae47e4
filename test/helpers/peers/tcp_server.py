"""The TCP servers of the lessons' source text, with threads, mistakes included.

    --as upper       recv(1024), upper, send; until the client ends
    --as upper-once  the same for one message, then ends the connection
    --as split       answers "ü€🙂", each byte in a segment of its own
    --as fixed       a fixed answer, longer than most requests
    --as upload      stores a file in --folder and never answers
    --as command     runs a command of a list and answers with a framed header"""

import argparse
import os
import socket
import socketserver
import subprocess
import time

from stream import frame, recv_header, serve

parser = argparse.ArgumentParser()
parser.add_argument("--as", dest="kind", required=True)
parser.add_argument("--folder")
options = parser.parse_args()
truth = {"connections": 0, "requests": [], "bytesReceived": 0, "hex": ""}

COMMANDS = {
    "long": ["python3", "-c", "print('x' * 4999)"],
    "both": ["sh", "-c", "echo out; echo err >&2; exit 3"],
    "nothing": ["true"],
}


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        truth["connections"] += 1
        getattr(self, options.kind.replace("-", "_"))()

    def upper(self):
        while data := self.request.recv(1024):
            truth["bytesReceived"] += len(data)
            truth["hex"] += data.hex()
            self.request.sendall(data.upper())

    def split(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := self.request.recv(1024):
            truth["hex"] += data.hex()
            for byte in "ü€🙂".encode():
                self.request.sendall(bytes([byte]))
                time.sleep(0.01)

    def upper_once(self):
        data = self.request.recv(1024)
        truth["bytesReceived"] += len(data)
        self.request.send(data.upper())

    def fixed(self):
        while data := self.request.recv(1024):
            truth["bytesReceived"] += len(data)
            self.request.sendall("at your service, 世界".encode())

    def upload(self):
        while head_content := recv_header(self.request):
            truth["requests"].append(head_content)
            file_path = os.path.normpath(os.path.join(options.folder, head_content["file_name"]))
            recv_size = 0
            with open(file_path, "wb") as f:
                while recv_size < head_content["file_size"]:
                    file_content = self.request.recv(8000)
                    if not file_content:
                        return
                    f.write(file_content)
                    recv_size += len(file_content)
            truth["bytesReceived"] += recv_size

    def command(self):
        while head_content := recv_header(self.request):
            truth["requests"].append(head_content)
            argv = COMMANDS.get(head_content.get("name"))
            if argv is None:
                self.request.sendall(frame({"status": "error", "reason": "unknown \u001b[31mcommand"}))
                return
            re = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            r1, r2 = re.communicate()
            head_dict = {"status": "ok", "exit_code": re.returncode, "data_size": len(r1) + len(r2)}
            self.request.sendall(frame(head_dict))
            self.request.sendall(r1)
            self.request.sendall(r2)


serve(Handler, truth)
