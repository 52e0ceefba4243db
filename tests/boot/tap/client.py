#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux's own stack at the other end of the guest's cable: it pings, fetches a file whose every byte comes from frames that the card cut and
summed, and sends frames that are none, after which it does so again."""

import fcntl
import hashlib
import os
import random
import socket
import sys
import urllib.request

FULL = bool(os.environ.get("TENON_FULL"))
GUEST = dict(word.split("=") for word in sys.argv[1:])["tap"]
FRAMES = 20000 if FULL else 1000
PATIENCE = 120
SIOCGIFHWADDR = 0x8927  # netdevice(7)
AGAIN = 5
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
        size, frames = next(line for line in table if "tap0:" in line).partition(":")[2].split()[:2]
    return int(frames), int(size)


def malformed():
    """Frames as a neighbour could send them, with some of their bytes, or their length, changed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        card = fcntl.ioctl(port, SIOCGIFHWADDR, b"tap0".ljust(40, b"\0"))[18:24].hex()
    with open("/proc/net/arp", encoding="ascii") as table:
        guest = next(line.split()[3] for line in table if line.startswith(GUEST + " "))
    head = bytes.fromhex((guest + card).replace(":", ""))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as port:
        port.bind(("tap0", 0))
        for _ in range(FRAMES):
            protocol = random.choice([1, 6, 17, random.randrange(256)])
            body = bytearray(random.randbytes(random.choice([0, 8, 20, 40, 300, 1400])))
            addresses = socket.inet_aton("10.0.2.2") + socket.inet_aton(GUEST)
            header = bytearray(b"\x45\0" + (20 + len(body)).to_bytes(2, "big") + random.randbytes(2) + b"\0\0\x40" + bytes([protocol]) +
                               b"\0\0" + addresses)
            header[10:12] = sum_of(header)
            if random.random() < 0.5:
                header[random.randrange(20)] = random.randrange(256)
            frame = head + random.choice([b"\x08\x00", b"\x08\x06", b"\x86\xdd"]) + header + body
            try:
                port.send(frame[:random.randrange(14, len(frame) + 1)])
            except OSError:
                pass  # one that the host's own driver does not take


ping(56)
ping(1400)
ping(4000)  # in parts
before = counts()
first = fetch()
frames, size = (after - start for after, start in zip(counts(), before))
say(size > 3000000 and frames < size // LARGE, "a file of 3,000,000 bytes, in few frames that the card cuts", (frames, size))
malformed()
say(fetch() == first, f"the same file after {FRAMES} frames that are none")
ping(56)
