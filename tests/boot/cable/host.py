#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server of DHCP that is silent for a while, a name server that knows nothing, and a collector of lines."""

import pathlib
import struct
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "names"))

import peer  # noqa: E402

SERVER, GUEST = peer.address("10.0.2.2"), peer.address("10.0.2.15")
SILENT = 3  # of the questions that come first, so many get no answer: those of the ten seconds after which the log says so
SECONDS = 100

LINE = "by way of 10.0.2.2"  # of a stack that has got its address; there is one stack, and then the one made anew

asked, lines, given = [], [], []


def say(holds, what):
    print(("ok " if holds else "not ok ") + what, flush=True)


def option(number, data):
    return bytes([number, len(data)]) + data


def dhcp(cable, data, source, target):
    """RFC 2131: an offer for a question, an acknowledgement for a request."""
    asked.append(data)
    if len(asked) <= SILENT:
        return
    at, kind = 240, 0
    while at < len(data) and data[at] != 255:
        if data[at] == 53:
            kind = data[at + 2]
        at += 1 if data[at] == 0 else 2 + data[at + 1]
    if kind not in (1, 3):
        return
    given.append(kind)
    answer = (struct.pack(">BBBB", 2, 1, 6, 0) + data[4:8] + bytes(4) + bytes(4) + GUEST + SERVER + bytes(4) + data[28:44] + bytes(192)
              + bytes.fromhex("63825363") + option(53, bytes([2 if kind == 1 else 5])) + option(54, SERVER)
              + option(51, struct.pack(">I", 3600)) + option(1, peer.address("255.255.255.0")) + option(3, SERVER) + option(6, SERVER) + b"\xff")
    cable.datagram((SERVER, 67), (peer.address("255.255.255.255"), 68), answer)


def names(cable, data, source, target):
    cable.datagram(target, source, data[:2] + b"\x81\x83" + data[4:6] + bytes(6) + data[12:])


def main():
    cable = peer.Cable(dict(word.split("=", 1) for word in sys.argv[1:]))
    cable.hosts = {"10.0.2.2"}
    cable.ports = {67: dhcp, 53: names, 514: lambda cable, data, source, target: lines.append(data.decode())}
    until = time.monotonic() + SECONDS
    # A line is sent until it has gone out, but when that is depends on which of the new session and the new address comes first.
    cable.serve(lambda: time.monotonic() > until or sum(LINE in line for line in lines) >= 2)
    say(not cable.wrong, f"whole packets only {cable.wrong[:3]}")
    say(given.count(3) >= 2, f"an address was asked for and given {given.count(3)} times")
    text = "\n".join(lines)
    say("nobody has given us an address" in text, "what was said before there was an address came when there was one")
    say(text.count(LINE) >= 2, "lines go on when the stack is made anew")
    say(not any(" syslog " in line.split("- -")[0] for line in lines), "no line of its own")


main()
