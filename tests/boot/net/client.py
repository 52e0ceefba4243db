#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One connection to each of two stacks that share a card, over which bytes go to and fro as long as the card's driver and `net` die: each comes
back as it was sent, and the connection is the same to the end. No bound is in the host's time but one that says that nothing goes
on any more."""

import os
import random
import socket
import struct
import sys
import threading

STRIKES = 600 if os.environ.get("TENON_FULL") else 12  # of both together
PATIENCE = 120  # seconds without a byte
AGAIN = 2       # after which a datagram is sent again
ROUND = 32768   # bytes under way

ports = dict(word.split("=") for word in sys.argv[1:])
is_over = threading.Event()


def say(holds, what):
    print(("ok " if holds else "not ok ") + what, flush=True)


def receive(connection, count):
    came = bytearray()
    while len(came) < count:
        part = connection.recv(count - len(came))
        if not part:
            raise OSError("it ended")
        came += part
    return bytes(came)


def stream(name):
    bytes_in_all = 0
    source = random.Random(name)
    try:
        with socket.create_connection(("127.0.0.1", int(ports[name])), timeout=PATIENCE) as connection:
            while not is_over.is_set() or bytes_in_all == 0:
                data = source.randbytes(ROUND)
                connection.sendall(data)
                if receive(connection, len(data)) != data:
                    raise OSError("other bytes came back")
                bytes_in_all += len(data)
        say(True, f"one connection to {name}")
    except OSError as error:
        say(False, f"one connection to {name}, after {bytes_in_all} bytes: {error!r}")
        is_over.set()


def strike():
    count = silent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.connect(("127.0.0.1", int(ports["udp/9"])))
        port.settimeout(AGAIN)
        while count < STRIKES and silent < PATIENCE // AGAIN and not is_over.is_set():
            port.send(struct.pack("<I", STRIKES))
            try:
                count, silent = struct.unpack("<I", port.recv(64))[0], 0
            except TimeoutError:
                silent += 1
            is_over.wait(0.2)
    say(count >= STRIKES, f"{STRIKES} deaths of the driver and of net" + ("" if count >= STRIKES else f": {count}"))
    is_over.set()


threads = [threading.Thread(target=stream, args=[name]) for name in ports if name.startswith("tcp/")] + [threading.Thread(target=strike)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
