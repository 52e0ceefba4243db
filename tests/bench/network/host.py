#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The peer of what is counted: connections and datagrams to ports of a guest, and orders when to count (protocol.h). The same for ours and for
Linux. A row is counted in a few windows, of which the one with the fewest instructions counts."""

import signal
import socket
import struct
import sys

PORTS = {name: int(port) for name, _, port in (word.partition("=") for word in sys.argv[1:])}
WINDOWS = 3
UNCOUNTED = 255  # a mark that nobody makes
SEGMENT = 1460
PATIENCE = 240  # seconds without an answer: instructions are counted one by one
AGAIN = 20      # after which a datagram is sent again
BYTES = 2048 * SEGMENT
ECHO = 64
REST_SECONDS = 4
REQUEST = b"GET /small HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\nAccept: */*\r\n%s\r\n"
BODY = bytes(range(256)) * 4

orders = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
orders.connect(("127.0.0.1", PORTS["udp/7"]))


def order(what, mark=0, number=0, text=""):
    data = what.encode() + struct.pack("<BI", mark, number) + text.encode()
    data += b"\0" * (len(data) == ECHO)
    orders.settimeout(AGAIN)
    for _ in range(PATIENCE // AGAIN):
        orders.send(data)
        try:
            while orders.recv(2048) != data:
                pass  # of one that was sent twice
            return
        except TimeoutError:
            continue
    raise OSError(f"no answer to {what}")


def connect(port):
    return socket.create_connection(("127.0.0.1", PORTS[f"tcp/{port}"]), timeout=PATIENCE)


# ---- what is counted ---------------------------------------------------------------------------


def listen(count):
    """The guest sends."""
    with connect(19) as connection:
        came = 0
        while part := connection.recv(1 << 20):
            came += len(part)
    assert came == count, (came, count)


def send(count):
    """The guest receives all of it before it ends the connection."""
    with connect(9) as connection:
        connection.sendall(bytes(count))
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


def echo(count, at_once):
    """`at_once` are on their way until `count` have come; one that is lost is sent again."""
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.connect(("127.0.0.1", PORTS["udp/7"]))
    port.settimeout(AGAIN)
    waiting, sent = set(), 0
    while sent < count or waiting:
        while sent < count and len(waiting) < at_once:
            port.send(sent.to_bytes(4, "big") * (ECHO // 4))
            waiting.add(sent)
            sent += 1
        try:
            waiting.discard(int.from_bytes(port.recv(2048)[:4], "big"))
        except TimeoutError:
            for number in waiting:
                port.send(number.to_bytes(4, "big") * (ECHO // 4))


def answer(connection, held):
    """Reads one answer; returns what was read behind it."""
    while b"\r\n\r\n" not in held:
        part = connection.recv(65536)
        assert part, held
        held += part
    head, _, body = held.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and b"\r\nContent-Length: 1024" in head, head
    while len(body) < len(BODY):
        part = connection.recv(65536)
        assert part
        body += part
    assert body[:len(BODY)] == BODY
    return body[len(BODY):]


def ask_kept(count):
    with connect(80) as connection:
        held = b""
        for _ in range(count):
            connection.sendall(REQUEST % b"")
            held = answer(connection, held)
        assert held == b""


def ask_closed(count):
    for _ in range(count):
        with connect(80) as connection:
            connection.sendall(REQUEST % b"Connection: close\r\n")
            assert answer(connection, b"") == b"" and connection.recv(1) == b""


# ---- rows --------------------------------------------------------------------------------------

# Name, the order before it and its connections, operations, work.
ROWS = [
    ("tcp_send", "o", 0, BYTES // SEGMENT, lambda: listen(BYTES)),
    ("tcp_receive", "i", 0, BYTES // SEGMENT, lambda: send(BYTES)),
    ("udp_echo_1", None, 0, 256, lambda: echo(256, 1)),
    ("udp_echo_16", None, 0, 1024, lambda: echo(1024, 16)),
    ("http_keep_alive", "h", 1, 128, lambda: ask_kept(128)),
    ("http_close", "h", 0, 64, lambda: ask_closed(64)),
]


def measure(mark, name, before, connections, count, work):
    for window in range(WINDOWS + 1):
        number = mark if window > 0 else UNCOUNTED  # the first warms up
        order("b", number)
        if before:
            order(before, connections, BYTES if before == "o" else count)
        work()
        order("e", number)
    order("s", 0, 0, f"{name} {count} operations mark {mark}")


order("h", 0, 1)
ask_closed(1)
order("a")
order("s", 0, 0, "appliance_first_request 1 since_entry")
for _ in range(WINDOWS):
    order("r", len(ROWS))
order("s", 0, 0, f"appliance_idle_second {REST_SECONDS} operations mark {len(ROWS)}")
for mark, row in enumerate(ROWS):
    measure(mark, *row)
print("ok all rows", flush=True)
orders.send(b"q" + bytes(5))
signal.pause()  # the run ends with the guest's
