"""Runs a command at a pseudo-terminal: waits for a text, then types the next line, and Ctrl-D at the end.

    terminal.py --await '>>: ' --type hello --type again -- node bin/udptool.js send -i …"""

import argparse
import os
import pty
import select
import sys
import time

from peer import print_json

split = sys.argv.index("--")
parser = argparse.ArgumentParser()
parser.add_argument("--await", dest="awaited", default=">>: ")
parser.add_argument("--type", action="append", default=[])
parser.add_argument("--hex", action="store_true", help="the --type arguments are hex digits")
parser.add_argument("--term", default="xterm")
parser.add_argument("--timeout", type=float, default=30.0)
options = parser.parse_args(sys.argv[1:split])

pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = options.term
    os.environ.pop("CI", None)  # a terminal is not used in CI
    os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])

deadline = time.monotonic() + options.timeout
todo = [(bytes.fromhex(line) if options.hex else line.encode()) + b"\r" for line in options.type] + [b"\x04"]
transcript, unread, ended = b"", b"", False
while time.monotonic() < deadline:
    if not select.select([terminal], [], [], 0.5)[0]:
        continue
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        chunk = b""
    if not chunk:
        ended = True
        break
    transcript += chunk
    unread += chunk
    if todo and options.awaited.encode() in unread:
        unread = b""
        os.write(terminal, todo.pop(0))
if not ended:
    os.kill(pid, 9)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print_json({"ended": ended, "code": status, "transcript": transcript.decode(errors="replace"), "untyped": len(todo)})
