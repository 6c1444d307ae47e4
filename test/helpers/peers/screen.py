"""Runs a command at a pseudo-terminal and passes everything on, one JSON object a line:

    out  {"output": BASE64} · {"stopped": true} · {"modes": {"canonical": …, "echo": …}} · {"code": N} at the end
    in   {"type": HEX} · {"resize": [COLUMNS, ROWS]} · {"signal": "TERM"} · {"modes": true} · {"hold": true|false}: stop reading its output

    screen.py --columns 100 --rows 30 -- COMMAND…"""

import argparse
import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

from peer import print_json

split = sys.argv.index("--")
parser = argparse.ArgumentParser()
parser.add_argument("--columns", type=int, default=100)
parser.add_argument("--rows", type=int, default=30)
parser.add_argument("--term", default="xterm-256color")
options = parser.parse_args(sys.argv[1:split])


def resize(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def modes(descriptor):
    local = termios.tcgetattr(descriptor)[3]
    return {"canonical": bool(local & termios.ICANON), "echo": bool(local & termios.ECHO)}


pid, terminal = pty.fork()
if pid == 0:
    resize(0, options.columns, options.rows)
    os.environ["TERM"] = options.term
    os.environ.pop("CI", None)  # a terminal is not used in CI
    os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])

woken, waker = os.pipe()
os.set_blocking(waker, False)
signal.set_wakeup_fd(waker)
signal.signal(signal.SIGCHLD, lambda number, frame: None)

commands, held, code = b"", False, None
while code is None:
    ready = select.select([0, woken] + ([] if held else [terminal]), [], [])[0]
    if terminal in ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            chunk = b""  # the command has ended
        if chunk:
            print_json({"output": base64.b64encode(chunk).decode()})
        else:
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    elif woken in ready:
        os.read(woken, 4096)
        changed, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        if changed and os.WIFSTOPPED(status):
            print_json({"stopped": True})
        elif changed:
            # The kernel may pass on the last output after the end: until then reading does not fail.
            while not held and select.select([terminal], [], [], 5)[0]:
                try:
                    chunk = os.read(terminal, 65536)
                except OSError:
                    break
                print_json({"output": base64.b64encode(chunk).decode()})
            code = os.waitstatus_to_exitcode(status)
    if 0 in ready and code is None:
        chunk = os.read(0, 65536)
        if not chunk:
            os.kill(pid, signal.SIGKILL)
            sys.exit(1)
        *lines, commands = (commands + chunk).split(b"\n")
        for line in lines:
            command = json.loads(line)
            if "type" in command:
                os.write(terminal, bytes.fromhex(command["type"]))
            if "resize" in command:
                resize(terminal, *command["resize"])
            if "signal" in command:
                os.kill(pid, getattr(signal, f"SIG{command['signal']}"))
            if "hold" in command:
                held = command["hold"]
            if "modes" in command:
                print_json({"modes": modes(terminal)})
print_json({"code": code})
