#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux's own stack at the other end of the guest's cable: it pings, fetches a file whose every byte comes from frames that the card cut and
summed, sends frames that are none, leaves connections, and has nmap look what is open; after each the stack holds no more than before, and it
serves the file again."""

import fcntl
import functools
import hashlib
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree

import frames

FULL = bool(os.environ.get("TENON_FULL"))
GUEST = dict(word.split("=") for word in sys.argv[1:])["tap"]
FRAMES = 20000 if FULL else 1000
PATIENCE = 120
SIOCGIFHWADDR = 0x8927  # netdevice(7)
AGAIN, SOON = 5, 0.2  # seconds
LEFT = 10000 if FULL else 200  # connections
AT_ONCE = 100  # frames; the host keeps several hundred for a machine that takes none
WATCHER = 9  # a port of UDP, where watcher.c answers
HELD = ("blocks", "pieces", "unlisted", "places")
OPEN = {("tcp", 80), ("tcp", 443), ("udp", WATCHER)}
SHUT = {("tcp", 1), ("tcp", 22), ("tcp", 65535), ("udp", 53), ("udp", 161)}
LARGE = 4000  # bytes that a frame has at least, in the mean; without cutting it is 1,514
random.seed(6)


def say(holds, what, seen=""):
    print(("ok " if holds else "not ok ") + what + ("" if holds else f": {seen!r}"[:500]), flush=True)


def fetch():
    with urllib.request.urlopen(f"http://{GUEST}/large", timeout=PATIENCE) as answer:
        return hashlib.sha256(answer.read()).hexdigest()


def sum_of(data):
    total = sum(int.from_bytes(data[i:i + 2].ljust(2, b"\0"), "big") for i in range(0, len(data), 2))
    total = (total & 0xffff) + (total >> 16)
    return (0xffff - ((total & 0xffff) + (total >> 16))).to_bytes(2, "big")


def ping(size):
    """Echoes of ICMP (RFC 792), sent again while nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as port:
        port.settimeout(AGAIN)
        for number in range(3):
            rest = os.getpid().to_bytes(4, "big")[2:] + number.to_bytes(2, "big") + random.randbytes(size)
            for _ in range(PATIENCE // AGAIN):
                port.sendto(b"\x08\0" + sum_of(b"\x08\0\0\0" + rest) + rest, (GUEST, 0))
                try:
                    while (came := port.recv(65536)[20:])[4:] != rest or came[0] != 0:
                        pass  # of another
                    break
                except TimeoutError:
                    continue
            else:
                say(False, f"echoes of {size} bytes", number)
                return
    say(sum_of(came) == b"\0\0", f"echoes of {size} bytes", came[:8])


def counts():
    """Of the cable's end: what came from the guest in frames and bytes, as the host was given them."""
    with open("/proc/net/dev", encoding="ascii") as table:
        size, count = next(line for line in table if "tap0:" in line).partition(":")[2].split()[:2]
    return int(count), int(size)


@functools.cache
def ends():
    """Of the guest's first answer: whom a frame to the guest is for and from: the addresses of both cards."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        card = fcntl.ioctl(port, SIOCGIFHWADDR, b"tap0".ljust(40, b"\0"))[18:24]
    with open("/proc/net/arp", encoding="ascii") as table:
        guest = next(line.split()[3] for line in table if line.startswith(GUEST + " "))
    return bytes.fromhex(guest.replace(":", "")) + card


def malformed():
    """As many at once as the cable has room for; then the guest has taken them when it answers."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as port:
        port.bind(("tap0", 0))
        head = ends()
        for number in range(FRAMES):
            try:
                port.send(frames.changed(head))
            except OSError:
                pass  # one that the host's own driver does not take
            if number % AT_ONCE == AT_ONCE - 1:
                ask()


def greet():
    """Who has our address, whatever the guest was told before."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as port:
        port.bind(("tap0", 0))
        head = ends()
        port.send(head + frames.arp(1, head[6:]))


def ask():
    """What the stack holds, as watcher.c says; `unlisted`: connections and ports that no list of the stack's has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.connect((GUEST, WATCHER))
        port.settimeout(AGAIN)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                greet()
                port.send(b"?")
                held = {name: int(value) for name, value in (word.split("=") for word in port.recv(2048).decode().split())}
            except TimeoutError:
                continue  # late, or lost
            except OSError:
                time.sleep(SOON)  # the host has heard that there is nobody
                continue
            return held | {"unlisted": held["connections"] - held["listed"]}
    raise TimeoutError("the watcher does not answer")


def quiet():
    """The least of several answers: what is always held."""
    seen = [ask() for _ in range(10)]
    return {name: min(held[name] for held in seen) for name in HELD}


def gives_back(base, what):
    """Until it holds no more than that: connections end when their peers, or clocks, end them."""
    until = time.monotonic() + PATIENCE
    while any((held := ask())[name] > base[name] for name in HELD) and time.monotonic() < until:
        time.sleep(SOON)
    say(all(held[name] <= base[name] for name in HELD), f"no more is held after {what}", (base, held))


def leave():
    """Connections that are opened and left: at once, in the middle of a request, or of an answer; half of them by a reset."""
    for number in range(LEFT):
        try:
            with socket.create_connection((GUEST, 80), timeout=AGAIN) as connection:
                connection.sendall((b"", b"GET /la", b"GET /large HTTP/1.1\r\n\r\n")[number % 3])
                if number % 2:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # turned away for now


def scanned(*words):
    """What nmap says of each port. It waits long for each answer, and asks often: whatever answers is seen, however late."""
    done = subprocess.run(["nmap", "-n", "-Pn", *words, "--initial-rtt-timeout", f"{AGAIN}s", "--min-rtt-timeout", f"{AGAIN}s", "--max-rtt-timeout",
                           f"{2 * AGAIN}s", "--max-retries", "10", "-oX", "-", GUEST], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return done.stderr
    ports = xml.etree.ElementTree.fromstring(done.stdout).iter("port")
    return {(port.get("protocol"), int(port.get("portid"))): port.find("state").get("state") for port in ports}


def scan():
    """Ports by segments and datagrams of its own making, then what is behind them, and which system that may be, by packets that no stack
    would send. What nmap calls it depends on how fast it is answered, so nobody asks."""
    if shutil.which("nmap") is None:
        return
    base = quiet()
    ports = ",".join(f"{protocol[0].upper()}:{port}" for protocol, port in sorted(OPEN | SHUT))
    right = {port: "open" for port in OPEN} | {port: "closed" for port in SHUT}
    seen = scanned("-sS", "-sU", "-p", ports)
    say(seen == right, "nmap sees what is open", seen)
    seen = scanned("-sS", "-sU", "-sV", "--version-intensity", "5" if FULL else "0", "-O", "--max-os-tries", "1", "-p", ports)
    say(seen == right, "nmap asks who is there", seen)
    gives_back(base, "nmap")


ping(56)
ping(1400)
ping(4000)  # in parts
before = counts()
first = fetch()
count, size = (after - start for after, start in zip(counts(), before))
say(size > 3000000 and count < size // LARGE, "a file of 3,000,000 bytes, in few frames that the card cuts", (count, size))
base = quiet()
malformed()
gives_back(base, f"{FRAMES} frames that are none")
say(fetch() == first, f"the same file after {FRAMES} frames that are none")
ping(56)
leave()
gives_back(base, f"{LEFT} connections that are left")
scan()
say(fetch() == first, "the same file after that")
