"""Runs a program as systemd starts a hardened service: service_sandbox.py SYSCALLS FAMILIES -- PROGRAM ARGUMENT…

SYSCALLS  names of allowed system calls, separated by commas; every other one fails with EPERM (SystemCallFilter=)
FAMILIES  address families of allowed sockets (RestrictAddressFamilies=)

The program has no capabilities and cannot get any (CapabilityBoundingSet=, NoNewPrivileges=), and all folders but /proc, /dev and /sys
are read-only (ProtectSystem=strict; a service has a /tmp of its own besides). The filter is libseccomp's, which systemd uses too.
"""
import ctypes
import errno
import os
import socket
import sys

split = sys.argv.index("--")
syscalls, families = (word.split(",") for word in sys.argv[1:split])
command = sys.argv[split + 1 :]
libc = ctypes.CDLL(None, use_errno=True)
seccomp = ctypes.CDLL("libseccomp.so.2")


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno() or -result, "a restriction failed")


# Folders: mount(2), a mount namespace of its own.
CLONE_NEWNS, MS_REC, MS_PRIVATE, MS_BIND, MS_REMOUNT, MS_RDONLY = 0x20000, 0x4000, 1 << 18, 0x1000, 0x20, 1
checked(libc.unshare(CLONE_NEWNS))
checked(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
with open("/proc/self/mountinfo", encoding="utf8") as table:
    points = [line.split()[4] for line in table]
for point in dict.fromkeys(points):
    if point.split("/")[1] in ("proc", "dev", "sys") or not os.path.exists(point):
        continue
    # Flags of the mount (nosuid, nodev, noexec) are kept by naming them again: statvfs(3) has the same bits.
    flags = os.statvfs(point).f_flag & 0x0E
    result = libc.mount(b"none", point.encode(), None, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, None)
    # Below a later mount of a parent folder another one can be hidden: nothing is there to be remounted.
    if point == "/":
        checked(result)

# Capabilities: prctl(2). Root without capabilities after execve(2), because the bounding set is empty.
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
for capability in range(64):
    if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
        break
checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


# System calls: seccomp_init(3), seccomp_rule_add(3). A name that this architecture lacks is skipped, as systemd does.
class Comparison(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


SCMP_ACT_ALLOW, SCMP_ACT_EPERM, SCMP_CMP_EQ = 0x7FFF0000, 0x00050000 | errno.EPERM, 4
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(SCMP_ACT_EPERM))
added = 0
for name in syscalls:
    number = seccomp.seccomp_syscall_resolve_name(name.encode())
    if number < 0 or name == "socket":
        continue
    checked(seccomp.seccomp_rule_add_array(context, SCMP_ACT_ALLOW, number, 0, None))
    added += 1
if added < 100:
    sys.exit(f"only {added} system calls of this architecture are allowed")
for family in families:
    equal = Comparison(0, SCMP_CMP_EQ, getattr(socket, family), 0)
    number = seccomp.seccomp_syscall_resolve_name(b"socket")
    checked(seccomp.seccomp_rule_add_array(context, SCMP_ACT_ALLOW, number, 1, ctypes.byref(equal)))
checked(seccomp.seccomp_load(context))

os.execvp(command[0], command)
