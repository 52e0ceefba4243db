#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients outside: what is allowed comes back from inside, as the gate has said it; everything else is refused, and none of it gets in."""

import socket
import sys
import threading
import time

PORT = int(dict(word.split("=") for word in sys.argv[1:])["tcp/80"])
PATIENCE = 120  # seconds without a byte
AGAIN = 60      # seconds for the gate to shut and to open
SAID = "{} {} HTTP/1.0\r|Host: 10.0.2.100\r|Connection: close\r|\n"


def say(holds, what):
    print(("ok " if holds else "not ok ") + what, flush=True)


def ask(data, ends=False):
    """Everything that comes back. The emulator accepts before the guest does, so a connection may be one that is reset."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE) as connection:
        came = bytearray()
        try:
            connection.sendall(data)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                came += part
        except (ConnectionResetError, BrokenPipeError):
            pass
        return came.decode(errors="replace")


def get(path, rest=""):
    return ask(f"GET {path} HTTP/1.1\r\nHost: gate\r\n{rest}\r\n".encode())


def body(answer):
    return answer.partition("\r\n\r\n")[2]


def status(answer):
    return answer[9:12]


def try_allowed():
    say(body(get("/")) == SAID.format("GET", "/"), "a request is said anew")
    say(body(get("/public/a-b_c.txt", "Cookie: x\r\nContent-Length: 5\r\n")) == SAID.format("GET", "/public/a-b_c.txt"),
        "what else stands in its head stays outside")
    say(body(ask(b"HEAD / HTTP/1.0\r\n\r\n")) == SAID.format("HEAD", "/"), "HEAD is allowed")
    say(body(ask(b"GET / HTTP/1.1\r\n\r\nGET /secret HTTP/1.1\r\n\r\n")) == SAID.format("GET", "/"), "a second request stays outside")
    lines = body(get("/public/lines-30000")).partition("\n")[2]
    say(lines == "".join(f"{number}\n" for number in range(1, 30001)), "a long answer comes whole")


def try_refused():
    for path in ["/secret", "/publicly", "/public/../secret", "/public/%2e%2e/secret", "/public/.hidden", "/public/a?b", "http://inside/",
                 "/public/" + "a" * 300]:
        say(status(get(path)) == "403", f"{path[:24]} is refused")
    say(status(ask(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")) == "405", "POST is refused")
    say(status(ask(b"GET / HTTP/2.0\r\n\r\n")) == "400", "another version is refused")
    say(status(ask(b"GET /\r\n\r\n")) == "400", "a request without a version is refused")
    say(status(ask(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 400)) == "431", "a head that does not end is refused")
    say(ask(b"GET / HT", ends=True) == "", "half a request has no answer")
    started = time.monotonic()
    say(ask(b"GET / HT") == "" and time.monotonic() - started < PATIENCE, "who says nothing more is let go")


def try_many():
    """The emulator lets only one wait at its door, and the host turns others away: so each has a first byte before the next one comes."""
    answers, door = [], threading.Lock()

    def work():
        with door:
            connection = socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE)
            connection.sendall(b"GET /public/lines-30000 HTTP/1.1\r\n\r\n")
            came = bytearray(connection.recv(1))
        with connection:
            while part := connection.recv(65536):
                came += part
        answers.append(body(came.decode()).count("\n"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(answers == [30001] * len(threads), "several at once are served whole")


def await_status(wanted):
    started = time.monotonic()
    while time.monotonic() - started < AGAIN:
        if status(get("/")) == wanted:
            return True
        time.sleep(0.05)
    return False


try_allowed()
try_refused()
try_many()
say(await_status("503"), "the gate is shut")
say(await_status("200"), "the gate is open again")
