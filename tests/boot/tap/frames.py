# SPDX-License-Identifier: MIT
"""Frames as a neighbour could send them, with some of their bytes, or their length, changed. Of most the checksums are made right again, so that
what is wrong is met at each depth."""

import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "names"))

import peer  # noqa: E402

HOST, GUEST = peer.address("10.0.2.2"), peer.address("10.0.2.15")
HOST_6, GUEST_6 = peer.address("fe80::2"), peer.address("fe80::5054:ff:fe12:3456")
LONGEST = 1514
CHANGES = 4
REPAIRED = 0.7
EDGES = [bytes.fromhex(word) for word in ("0000", "0001", "7fff", "8000", "fffe", "ffff")]
SUM_AT = {peer.ICMP: 2, peer.IGMP: 2, peer.TCP: 16, peer.UDP: 6, peer.ICMP6: 2}  # where each has its checksum


def ip4(protocol, body, part=0):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 7, part, 64, protocol, 0, HOST, GUEST)
    return struct.pack(">H", peer.IP4) + head + body


def ip6(protocol, body):
    return struct.pack(">HIHBB", peer.IP6, 6 << 28, len(body), protocol, 255) + HOST_6 + GUEST_6 + body


def tcp(flags, options=b"", data=b"", port=80):
    return struct.pack(">HHIIBBHHH", 40000, port, 1000, 2000, (5 + len(options) // 4) << 4, flags, 8192, 0, 0) + options + data


def udp(port, data):
    return struct.pack(">HHHH", 40000, port, 8 + len(data), 0) + data


def arp(operation, card=peer.OWN):
    """RFC 826; whole as it is."""
    return struct.pack(">HHHBBH", peer.ARP, 1, peer.IP4, 6, 4, operation) + card + HOST + bytes(6) + GUEST


SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a 00000001 00000000 01 030307")  # RFC 9293, 3.2; RFC 7323
SOLICITATION = b"\x87\0\0\0" + bytes(4) + GUEST_6 + b"\1\1" + peer.OWN
ADVERTISEMENT = b"\x88\0\0\0\x60\0\0\0" + HOST_6 + b"\2\1" + peer.OWN
SEEDS = [
    ip4(peer.TCP, tcp(2, SYN_OPTIONS)), ip4(peer.TCP, tcp(2, SYN_OPTIONS, port=443)), ip4(peer.TCP, tcp(16, data=bytes(300))),
    ip4(peer.TCP, tcp(17)), ip4(peer.TCP, tcp(4)), ip4(peer.UDP, udp(9, b"?")), ip4(peer.UDP, udp(53, bytes(40))),
    ip4(peer.ICMP, b"\x08\0\0\0\0\1\0\1" + bytes(56)), ip4(peer.ICMP, b"\x03\x04\0\0\0\0\x02\0" + ip4(peer.TCP, tcp(16))[2:42]),
    ip4(peer.IGMP, b"\x11\x64\0\0" + bytes(4)), ip4(peer.UDP, udp(9, bytes(64)), part=0x2000), ip4(peer.UDP, bytes(64), part=9),
    arp(1), arp(2),
    ip6(peer.ICMP6, SOLICITATION), ip6(peer.ICMP6, ADVERTISEMENT), ip6(peer.ICMP6, b"\x80\0\0\0\0\1\0\1" + bytes(56)),
    ip6(peer.ICMP6, b"\x02\0\0\0\0\0\x05\0" + ip6(peer.UDP, udp(9, b"?"))[2:]), ip6(peer.ICMP6, b"\x82\0\0\0\x27\x10\0\0" + bytes(16)),
    ip6(peer.TCP, tcp(2, SYN_OPTIONS)), ip6(peer.UDP, udp(9, b"?")),
    ip6(0, b"\x3a\0\5\2\0\0\1\0" + b"\x80\0\0\0\0\1\0\1"), ip6(44, b"\x11\0\0\1\0\0\0\7" + bytes(64)), ip6(43, b"\x3a\2\0\1" + bytes(20)),
]


def repair(frame):
    """What has a place for a checksum has a right one."""
    kind = struct.unpack(">H", frame[12:14])[0]
    if kind == peer.IP4 and len(frame) >= 34:
        at, protocol, source, target = 14 + (frame[14] & 15) * 4, frame[23], frame[26:30], frame[30:34]
        frame[24:26] = b"\0\0"
        frame[24:26] = struct.pack(">H", peer.checksum(bytes(frame[14:at])))
    elif kind == peer.IP6 and len(frame) >= 54:
        at, protocol, source, target = 54, frame[20], frame[22:38], frame[38:54]
    else:
        return
    body = frame[at:]
    place = SUM_AT.get(protocol, LONGEST)
    if len(body) >= place + 2:
        body[place:place + 2] = b"\0\0"
        before = b"" if protocol in (peer.ICMP, peer.IGMP) else peer.pseudo(bytes(source), bytes(target), protocol, len(body))
        frame[at + place:at + place + 2] = struct.pack(">H", peer.checksum(before + bytes(body)))


def is_router(frame):
    """An advertisement of a router (RFC 4861, 4.2). For one that answers nobody the stack keeps packets: docs/caveats.md."""
    return frame[12:14] == b"\x86\xdd" and frame[54:55] == b"\x86"


def changed(head):
    """`head`: whom a frame is for and from."""
    while is_router(frame := change(head)):
        pass
    return frame


def change(head):
    frame = bytearray(head + random.choice(SEEDS))
    for _ in range(random.randint(1, CHANGES)):
        at, way = random.randrange(12, len(frame)), random.randrange(4)
        if way == 0:
            frame[at] = random.randrange(256)
        elif way == 1:
            frame[at:at + 2] = random.choice(EDGES)
        elif way == 2:
            frame[at:at] = random.randbytes(random.randrange(1, 64))
        else:
            del frame[max(at, 15):]
    if random.random() < REPAIRED:
        repair(frame)
    return bytes(frame[:LONGEST])
