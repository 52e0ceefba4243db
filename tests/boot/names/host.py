#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hosts that answer pings well and badly, and a name server that lies.

The guest's commands stand in test.toml; what they show is compared there. Here stands what the guest may not do, and what it has to."""

import re
import struct
import sys
import time

import peer
import services

GUEST, SERVER = peer.address("10.0.2.15"), peer.address("10.0.2.2")
GROUP, GROUP_6, OTHER = "239.1.2.3", "ff02::4:5", "239.1.2.4"
LISTENER = 5000
SECONDS = 80

asked = []     # (identifier, port, name) of each question
seen = {}      # name -> how often it was asked for


def say(holds, what):
    print(("ok " if holds else "not ok ") + what, flush=True)


# ---- names ----------------------------------------------------------------------------------------------------------

def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def record(name, kind, data, ttl=60):
    return name + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def answer(question, records, identifier=None, code=0, count=None):
    first = question[:2] if identifier is None else struct.pack(">H", identifier)
    end = question.index(b"\0", 12) + 5
    return (first + struct.pack(">BBHHHH", 0x81, 0x80 | code, 1, len(records) if count is None else count, 0, 0)
            + question[12:end] + b"".join(records))


def names(cable, data, source, target):
    end = data.index(b"\0", 12)
    labels, at = [], 12
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode())
        at += 1 + data[at]
    name, kind = ".".join(labels), struct.unpack(">H", data[end + 1:end + 3])[0]
    asked.append((struct.unpack(">H", data[:2])[0], source[1], name))
    seen[name] = seen.get(name, 0) + 1
    here = b"\xc0\x0c"

    def send(message, by=target):
        cable.datagram(by, source, message)

    if name == "silent.test":
        return
    if kind == 28:
        send(answer(data, [record(here, 28, peer.address("fd00::2"))] if name == "good.test" else [], code=0 if name != "missing.test" else 3))
        return
    good = answer(data, [record(here, 1, SERVER)])
    number = asked[-1][0]
    if name in ("good.test", "time.test"):
        send(good)
    elif name == "alias.test":
        chain = [record(here, 5, encoded("b.test")), record(encoded("b.test"), 5, encoded("c.test")),
                 record(encoded("c.test"), 1, peer.address("10.0.2.7"))]
        send(answer(data, chain))
    elif name == "circle.test":
        send(answer(data, [record(here, 5, encoded("b.test")), record(encoded("b.test"), 5, here)]))
    elif name == "group.test":
        send(answer(data, [record(here, 1, peer.address("224.0.0.1"))]))
    elif name == "nobody.test":
        send(answer(data, [record(here, 1, bytes(4))]))
    elif name == "short.test":
        send(answer(data, [record(here, 1, SERVER, ttl=0)]))
    elif name == "liar.test":
        lie = [record(here, 1, peer.address("10.6.6.6"))]
        for step in (1, 2, 0x100, 0x8000):
            send(answer(data, lie, identifier=(number + step) & 0xffff))
        send(answer(data, lie), by=(peer.address("10.0.2.3"), 53))                         # not who was asked
        cable.datagram(target, (GUEST, source[1] ^ 1), answer(data, lie))                  # not the port that asked
        send(answer(data[:12] + encoded("other.test") + data[end + 1:], lie))              # another question
        send(data)                                                                         # no answer at all
        send(good)
    elif name == "empty.test":
        send(answer(data, [record(here, 1, b"\1")], count=9))                              # less than an address, and less than it says
    elif name == "rude.test":
        send(answer(data, [here + struct.pack(">HHIH", 1, 1, 60, 65535)], count=65535))    # longer than it is
        send(answer(data, [b"\x3f" + b"a" * 20]))                                          # a name without an end
        send(data[:2] + b"\x81\x80" + b"\xff" * 8)
        send(data[:2])
        send(b"")
        send(data[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + b"\xc0\x0c" * 200)                   # a question that points at itself
        send(good)
    else:
        send(answer(data, [], code=3))


# ---- the time -------------------------------------------------------------------------------------------------------

DAYS = 5  # that the clock is wrong
told = []  # the time, with the marks it was asked with


def time_of(when):
    return struct.pack(">II", int(when) + 2208988800 & 0xffffffff, int(when % 1 * 2**32))


def clock(cable, data, source, target):
    if len(data) != 48 or data[0] != 0x23:
        return
    mark, now = data[40:48], time.time() + DAYS * 86400
    told.append((mark, source[1]))

    def send(first=0x24, stratum=2, delay=0, reference=b"LOCL", originate=mark, receive=time_of(now), transmit=None):
        cable.datagram(target, source, struct.pack(">BBBbII4s", first, stratum, 4, -20, delay, 0, reference)
                       + bytes(8) + originate + receive + (transmit or time_of(time.time() + DAYS * 86400)))

    early = time_of(now - 86400 * 3650)
    send(originate=bytes(8), receive=early, transmit=early)        # of no question
    send(originate=mark[:7] + bytes([mark[7] ^ 1]), transmit=early, receive=early)
    send(stratum=0, reference=b"DENY", originate=b"12345678")      # a kiss of death by who has not seen the question
    send(first=0x23, receive=early, transmit=early)                # a question
    send(first=0x1c, receive=early, transmit=early)                # of another version
    cable.datagram(target, source, data[:40])
    cable.datagram((target[0], 124), source, bytes(48))
    send()
    send(receive=early, transmit=early)                            # once more, and too late


# ---- the log --------------------------------------------------------------------------------------------------------

lines = []


def collect(cable, data, source, target):
    lines.append(data.decode(errors="replace"))


def judge_lines():
    form = re.compile(r'<(\d+)>1 (\S+) names (\S+) - - \[meta sequenceId="(\d+)" sysUpTime="(\d+)"\] (.*)')
    found = [form.fullmatch(line) for line in lines]
    say(all(found), f"{len(lines)} lines as RFC 5424 has them" + "".join(f"; {line!r}" for line, is_good in zip(lines, found) if not is_good))
    found = [one for one in found if one]
    numbers = [int(one[4]) for one in found]
    is_right = numbers == list(range(1, len(found) + 1))
    say(is_right, "each line once, in order" + ("" if is_right else f": {numbers}"))
    say(any(one[1] == "30" and one[3] == "listener" and one[6].startswith("left: 0") for one in found), "a line from before the network was there")
    say(any(one[1] == "28" and one[3] == "ip" and one[6] == "nobody knows circle.test" for one in found), "a warning")
    say(not any(one[3] == "syslog" for one in found), "none of its own")
    stamps = [one[2] for one in found if one[6].startswith("nobody knows circle")]
    due = time.strftime("%Y-%m", time.gmtime(time.time() + DAYS * 86400))
    say(bool(stamps) and all(stamp.startswith(due) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", stamp) for stamp in stamps),
        f"the time that was set {stamps[:1]}")


# ---- echoes ---------------------------------------------------------------------------------------------------------

def twice(packet):
    return [packet, packet]


def changed(packet):
    return [packet[:-1] + bytes([packet[-1] ^ 1])]


def other(packet):
    """With another identifier, another number, and as a question: none is an answer."""
    return [packet[:4] + bytes([packet[4] ^ 1]) + packet[5:], packet[:6] + b"\xff\xff" + packet[8:], b"\x08" + packet[1:], packet[:7]]


def every_other(packet, count=[0]):
    count[0] += 1
    return [packet] if count[0] % 2 else []


# ---- the test -------------------------------------------------------------------------------------------------------

waits = []  # the listener, for being spoken to


def speak(cable, data, source, target):
    """The listener has joined its groups."""
    waits.append(data)
    speak_to_groups(cable)


def speak_to_groups(cable):
    """Once the routers know, too, which is told them again where the card was not there yet."""
    if waits and {("join", GROUP), ("join", GROUP_6)} <= set(cable.groups):
        waits.clear()
        for group in (OTHER, "224.0.0.1", GROUP):
            mac = bytes.fromhex("01005e") + bytes([peer.address(group)[1] & 0x7f]) + peer.address(group)[2:]
            cable.datagram((SERVER, 5001), (peer.address(group), LISTENER), group.encode(), mac)
        for group in ("ff02::1", GROUP_6):
            packed = peer.address(group)
            cable.datagram((peer.address("fe80::2"), 5001), (packed, LISTENER), group.encode(), b"\x33\x33" + packed[12:])


def main():
    arguments = dict(word.split("=", 1) for word in sys.argv[1:])
    cable = peer.Cable(arguments)
    cable.hosts = {"10.0.2.2", "10.0.2.3", "10.0.2.4", "10.0.2.5", "10.0.2.6", "10.0.2.7", "10.0.2.99", "fe80::2"}
    ended = []

    def end(packet):
        ended.append(packet)
        return []  # in the time for which the guest waits this test ends

    cable.echoes = {"10.0.2.4": twice, "10.0.2.5": changed, "10.0.2.6": every_other, "10.0.2.7": other, "10.0.2.99": end}
    web, files = services.Web(), services.Tftp()
    cable.ports = {53: names, 5001: speak, 69: files.begin, 123: clock, 514: collect}
    cable.streams = {80: web.take, 8080: web.take}
    until = time.monotonic() + SECONDS
    cable.serve(lambda: speak_to_groups(cable) or web.look(cable) or time.monotonic() > until or ended)
    say(bool(ended), "the guest came to its end")
    say(not cable.wrong, f"whole packets only {cable.wrong[:3]}")
    ports = {port for _, port, _ in asked}
    say(len(ports) > len(asked) // 2, f"questions from {len(ports)} ports, {len(asked)} of them")
    identifiers = [identifier for identifier, _, _ in asked]
    steps = {(b - a) & 0xffff for a, b in zip(identifiers, identifiers[1:])}
    say(len(steps) > len(identifiers) // 2, "no steps between identifiers")
    say(not any(name.endswith("example") for name in seen), "no question that the description does not allow")
    say(seen.get("good.test", 0) == 2, "what is known is not asked again")
    say(seen.get("short.test", 0) >= 3, "what may not be kept is asked again")
    say(len(web.asked) == len(web.pages) + 1 and all(b"\r\nHost: " in request for request in web.asked), f"{len(web.asked)} requests")
    say(len(told) == 1, f"{len(told)} questions for the time")
    judge_lines()
    for name in ("up.bin", "empty.up"):
        say(files.came.get(name) == services.contents(100000 if name == "up.bin" else 0), f"{name} is what was put")
    say(files.strangers > 0, f"{files.strangers} strangers were told that they are")
    for what, group in (("join", GROUP), ("leave", GROUP), ("join", GROUP_6), ("leave", GROUP_6)):
        say((what, group) in cable.groups, f"{what} of {group} was said to the routers")


main()
