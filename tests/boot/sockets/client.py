#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Connections and datagrams to the component `echo`: what comes back is what was sent, also while the card's driver starts anew.

One connection lives through all of it; others come and go, many at a time. No bound is in the host's time but one that says that
nothing goes on any more."""

import os
import random
import socket
import sys
import threading
import time

FULL = bool(os.environ.get("TENON_FULL"))
CONNECTIONS = 2000 if FULL else 200
AT_ONCE = 16
DATAGRAMS = 2000 if FULL else 100
LONG = (64 << 20) if FULL else (1 << 20)
PATIENCE = 120  # seconds without a byte: the emulator waits long before it asks again
AGAIN = 2      # after which a datagram is sent again

random.seed(1)
ports = dict(word.split("=") for word in sys.argv[1:])
failures = []
door = threading.Lock()


def say(holds, what):
    print(("ok " if holds else "not ok ") + what, flush=True)


def bytes_of(seed, count):
    return random.Random(seed).randbytes(count)


def begin(first):
    """The emulator lets only one wait at its door and the host may turn others away, so each is inside before the next one comes."""
    with door:
        connection = socket.create_connection(("127.0.0.1", int(ports["tcp/7"])), timeout=PATIENCE)
        connection.sendall(first)
        came = connection.recv(1)
    return connection, came


def exchange(data):
    """Sends while it receives, as much as comes; returns what came."""
    connection, came = begin(data[:1])

    def send():
        connection.sendall(data[1:])
        connection.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    came = bytearray(came)
    while part := connection.recv(65536):
        came += part
    sender.join()
    connection.close()
    return bytes(came)


def one(number):
    data = bytes_of(number, [1, 2, 100, 1460, 1461, 5000, 20000][number % 7])
    return exchange(data) == data


def many():
    numbers = iter(range(CONNECTIONS))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                if not one(number):
                    failures.append(f"connection {number}: other bytes")
            except OSError as error:
                failures.append(f"connection {number}: {error!r}")

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def long_one():
    data = bytes_of("long", LONG)
    try:
        say(exchange(data) == data, f"one connection of {LONG} bytes")
    except OSError as error:
        say(False, f"one connection of {LONG} bytes: {error!r}")


def datagrams():
    """Sent again until it comes back, as some are lost."""
    wrong = sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.connect(("127.0.0.1", int(ports["udp/7"])))
        for number in range(DATAGRAMS):
            data = number.to_bytes(4, "big") + bytes_of(number, number * 37 % 1400)
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                port.send(data)
                sent += 1
                port.settimeout(AGAIN)
                try:
                    while (came := port.recv(65536))[:4] != data[:4]:
                        pass  # of one that was sent twice
                    wrong += came != data
                    break
                except TimeoutError:
                    continue
            else:
                wrong += 1
    say(wrong == 0, f"{DATAGRAMS} datagrams, {wrong} wrong")


threads = [threading.Thread(target=work) for work in (long_one, many, datagrams)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
say(not failures, f"{CONNECTIONS} connections" + (": " + "; ".join(failures[:5]) if failures else ""))
