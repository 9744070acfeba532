"""Messages between the server and its query processes: one byte of kind, then the content; SEQPACKET keeps them whole."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LARGEST = 1 << 19  # bytes of content that one message carries at most, where the kernel allows
BUFFER = 1 << 21   # asked of the kernel for each direction; it gives what net.core.wmem_max allows
ORDER_PART, ORDER = b"\x01", b"\x02"                      # to the worker: the last part makes the order whole
READY, FIRST, ONLY, MORE, LAST, FAILED = b"\x03", b"\x04", b"\x05", b"\x06", b"\x07", b"\x08"  # from the worker
_META = struct.Struct("!H")


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    return ends


def piece(end: socket.socket) -> int:
    """Bytes of content that a message to ``end`` may have: several fit into its buffer."""
    return min(LARGEST, end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 4)


def with_meta(kind: bytes, meta: dict[str, Any]) -> bytes:
    """The start of a message that says what its content is."""
    packed = json.dumps(meta).encode()
    return kind + _META.pack(len(packed)) + packed


def split_meta(message: bytes) -> tuple[dict[str, Any], bytes]:
    """What a FIRST or ONLY message, without its kind, says of its content; and the content."""
    end = 2 + _META.unpack_from(message)[0]
    return json.loads(message[2:end]), message[end:]


def orders(order: bytes, size: int) -> list[bytes]:
    """An order as messages of at most ``size`` bytes of content."""
    parts = [order[n:n + size] for n in range(0, len(order), size)]
    return [ORDER_PART + p for p in parts[:-1]] + [ORDER + parts[-1]]
