# SPDX-License-Identifier: MIT
"""The other machines of a cable: frames of Ethernet from and to the guest, through two sockets of datagrams (host/tenon/beside.py).

What stands here answers ARP, neighbour solicitations and echoes, and hands datagrams to functions. Nothing of that is sent again."""

import ipaddress
import os
import socket
import struct

OWN = bytes.fromhex("020000000001")
IP4, ARP, IP6 = 0x0800, 0x0806, 0x86dd
ICMP, IGMP, TCP, UDP, ICMP6 = 1, 2, 6, 17, 58


def address(text):
    return ipaddress.ip_address(text).packed


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2 + len(data) % 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def pseudo(source, target, protocol, size):
    if len(source) == 4:
        return source + target + struct.pack(">BBH", 0, protocol, size)
    return source + target + struct.pack(">IHBB", size, 0, 0, protocol)


class Cable:
    """`hosts`: addresses that somebody has, as texts; `echoes`: what an address does with an echo instead of answering it once, a
    function (packet) -> list of packets; `ports`: of UDP, a function (cable, packet data, from, to) each; `streams`: of TCP."""

    def __init__(self, words, guest_mac="525400123456"):
        """`words`: the program's arguments."""
        self.socket = socket.socket(fileno=int(words["frames_socket"]))
        self.guest = os.path.join(words["frames"], "guest.frames")
        self.guest_mac = bytes.fromhex(guest_mac)
        self.hosts, self.echoes, self.ports, self.streams = set(), {}, {}, {}
        self.groups = []  # (what, group) of each report that came
        self.wrong = []   # packets of the guest that no stack may send
        self.asked_to_stop = False

    # ---- sending

    def send(self, kind, data, target=None):
        frame = (target or self.guest_mac) + OWN + struct.pack(">H", kind) + data
        try:
            self.socket.sendto(frame.ljust(60, b"\0"), self.guest)
        except (FileNotFoundError, ConnectionRefusedError):
            pass  # the machine is not there yet, or no more

    def packet(self, protocol, source, target, data, mac=None):
        if len(source) == 4:
            head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0, source, target)
            head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
            self.send(IP4, head + data, mac)
        else:
            self.send(IP6, struct.pack(">IHBB", 6 << 28, len(data), protocol, 255) + source + target + data, mac)

    def summed(self, protocol, source, target, data, at, mac=None):
        """With the checksum of its pseudo header at `at`."""
        data = data[:at] + b"\0\0" + data[at + 2:]
        value = checksum(pseudo(source, target, protocol, len(data)) + data) or 0xffff
        self.packet(protocol, source, target, data[:at] + struct.pack(">H", value) + data[at + 2:], mac)

    def datagram(self, source, target, data, mac=None):
        """(address, port) each."""
        head = struct.pack(">HHHH", source[1], target[1], 8 + len(data), 0)
        self.summed(UDP, source[0], target[0], head + data, 6, mac)

    # ---- what comes

    def serve(self, done):
        """Until `done()`."""
        while not done():
            self.socket.settimeout(0.2)
            try:
                frame = self.socket.recv(65536)
            except TimeoutError:
                continue
            kind, data = struct.unpack(">H", frame[12:14])[0], frame[14:]
            {ARP: self.take_arp, IP4: self.take_4, IP6: self.take_6}.get(kind, lambda data: None)(data)

    def is_here(self, packed):
        return str(ipaddress.ip_address(packed)) in self.hosts

    def take_arp(self, data):
        operation, sender, asker, wanted = data[6:8], data[8:14], data[14:18], data[24:28]
        if operation == b"\0\1" and self.is_here(wanted) and asker != bytes(4):
            self.send(ARP, data[:6] + b"\0\2" + OWN + wanted + sender + asker)

    def take_4(self, data):
        size = (data[0] & 15) * 4
        whole = struct.unpack(">H", data[2:4])[0]
        if checksum(data[:size]) != 0 or whole > len(data):
            self.wrong.append("a header of IPv4")
            return
        source, target, body = data[12:16], data[16:20], data[size:whole]
        if data[9] == ICMP and self.is_here(target):
            self.take_echo(source, target, body, 8, 0)
        elif data[9] == IGMP:
            self.groups.append(({0x16: "join", 0x17: "leave"}.get(body[0], "?"), str(ipaddress.ip_address(body[4:8]))))
        else:
            self.take_transport(data[9], source, target, body)

    def take_6(self, data):
        source, target, protocol = data[8:24], data[24:40], data[6]
        body = data[40:40 + struct.unpack(">H", data[4:6])[0]]
        if protocol == 0:  # hop-by-hop options, with which MLD asks routers to look (RFC 2710, 3)
            protocol, body = body[0], body[8 + body[1] * 8:]
        if protocol != ICMP6:
            self.take_transport(protocol, source, target, body)
        elif checksum(pseudo(source, target, ICMP6, len(body)) + body) != 0:
            self.wrong.append("a checksum of ICMPv6")
        elif body[0] == 135 and self.is_here(body[8:24]) and source != bytes(16):
            answer = b"\x88\0\0\0\x60\0\0\0" + body[8:24] + b"\2\1" + OWN
            self.summed(ICMP6, body[8:24], source, answer, 2)
        elif body[0] == 128 and self.is_here(target):
            self.take_echo(source, target, body, 128, 129)
        elif body[0] in (131, 132):
            self.groups.append(("join" if body[0] == 131 else "leave", str(ipaddress.ip_address(body[8:24]))))

    def take_echo(self, source, target, body, question, answer):
        if body[0] != question:
            return
        if question == 8 and checksum(body) != 0:
            self.wrong.append("a checksum of ICMP")
        reply = bytes([answer]) + body[1:]
        for packet in self.echoes.get(str(ipaddress.ip_address(target)), lambda packet: [packet])(reply):
            if len(source) == 16:
                self.summed(ICMP6, target, source, packet, 2)
            else:
                packet = packet[:2] + b"\0\0" + packet[4:]
                self.packet(ICMP, target, source, packet[:2] + struct.pack(">H", checksum(packet)) + packet[4:])

    def take_transport(self, protocol, source, target, body):
        if protocol not in (UDP, TCP) or len(body) < 8:
            return
        if protocol == UDP and body[6:8] == b"\0\0":
            if len(source) == 16:
                self.wrong.append("a datagram of IPv6 without a checksum")
        elif checksum(pseudo(source, target, protocol, len(body)) + body) != 0:
            self.wrong.append(f"a checksum of protocol {protocol}")
            return
        near, far = struct.unpack(">HH", body[:4])
        takes = (self.ports if protocol == UDP else self.streams).get(far)
        if takes and (self.is_here(target) or target[0] in (224, 239, 255)):
            takes(self, body[8:] if protocol == UDP else body, (source, near), (target, far))
