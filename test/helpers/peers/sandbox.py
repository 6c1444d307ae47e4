"""Runs a program in a sandbox: sandbox.py WORD… -- PROGRAM ARGUMENT…

netlink   sockets of AF_NETLINK are denied (seccomp), as by RestrictAddressFamilies= of systemd
proc      /proc is empty
sys       /sys is empty
"""
import ctypes
import os
import struct
import sys

split = sys.argv.index("--")
words, command = sys.argv[1:split], sys.argv[split + 1 :]
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
for folder in ("proc", "sys"):
    if folder in words:
        checked(libc.unshare(CLONE_NEWNS))
        checked(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
        checked(libc.mount(b"none", b"/" + folder.encode(), b"tmpfs", 0, None))

if "netlink" in words:
    # struct seccomp_data: nr at 0, args[0] at 16 (its low word first, on both architectures that are little-endian).
    socket_number = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
    AF_NETLINK, EAFNOSUPPORT = 16, 97
    LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
    ALLOW, ERRNO = 0x7FFF0000, 0x00050000
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (LOAD, 0, 0, 0),
            (EQUAL, 0, 3, socket_number),
            (LOAD, 0, 0, 16),
            (EQUAL, 0, 1, AF_NETLINK),
            (RETURN, 0, 0, ERRNO | EAFNOSUPPORT),
            (RETURN, 0, 0, ALLOW),
        )
    )
    memory = ctypes.create_string_buffer(program)
    filter = struct.pack("HxxxxxxP", 6, ctypes.addressof(memory))
    PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(filter), 0, 0))

os.execvp(command[0], command)
