"""The process that forks query processes, so that each starts warm: ``python -m kg.query.zygote FD MEMORY ISOLATION``.

It holds no store, no thread and, once isolated, no network; what it forks has none either.
"""

from __future__ import annotations

import array
import gc
import json
import os
import resource
import select
import signal
import socket
import sys

from kg.query.isolation import die_with_parent, isolate
from kg.query.worker import serve


def _child(end: socket.socket, snapshot: str | None, memory: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(end, snapshot)


def main(control: socket.socket, memory: int, network: bool) -> None:
    """Says first what isolation holds; then forks a process for each descriptor that comes, and answers with its id."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches all; the server ends us by closing
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps
    control.send(json.dumps([] if network else isolate()).encode())
    gc.collect()
    gc.freeze()  # pages of the imports stay shared with the children
    while True:
        select.select([control], [], [])
        message, extra, _, _ = control.recvmsg(4096, socket.CMSG_SPACE(4))
        if not message:
            return
        fd = array.array("i", extra[0][2][:4])[0]
        child = os.fork()
        if child == 0:
            control.close()
            try:
                _child(socket.socket(fileno=fd), message.decode().strip() or None, memory)
            finally:
                os._exit(1)
        os.close(fd)
        control.send(str(child).encode())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3] == "network")
    os._exit(0)
