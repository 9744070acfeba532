"""Takes the network away from this process and all that it starts, by whatever the kernel allows."""

from __future__ import annotations

import ctypes
import errno
import platform
import signal
import socket
import struct

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVS, _SECCOMP, _PDEATHSIG = 38, 22, 1
#: (audit number of the architecture, number of the system call socket)
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def own_network() -> bool:
    """Moves to a network namespace that holds nothing; an ordinary user gets it together with a user namespace."""
    libc = _libc()
    return bool(libc.unshare(_NEWNET) == 0 or libc.unshare(_NEWUSER | _NEWNET) == 0)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def refuse_sockets() -> bool:
    """A seccomp filter under which no new socket opens; containers that forbid namespaces allow it."""
    if platform.machine() not in _SOCKET_CALL:
        return False
    architecture, call = _SOCKET_CALL[platform.machine()]
    # Load the architecture, leave alone what is of another; load the number; socket() fails with EACCES, all else goes on.
    steps = [(0x20, 0, 0, 4), (0x15, 0, 3, architecture), (0x20, 0, 0, 0), (0x15, 0, 1, call),
             (0x06, 0, 0, 0x00050000 | errno.EACCES), (0x06, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    libc = _libc()
    return bool(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and libc.prctl(_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)


def isolate() -> list[str]:
    """Does what can be done; gives the names of what worked and was seen to work."""
    done = ["network namespace"] if own_network() else []
    if refuse_sockets():
        try:
            socket.socket().close()
        except PermissionError:
            done.append("no sockets")
    return done


def die_with_parent() -> None:
    """Has the kernel kill this process when the one that started it ends."""
    _libc().prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
