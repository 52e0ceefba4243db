# SPDX-License-Identifier: MIT
"""Servers of HTTP and TFTP on the cable of peer.py, that do as they should for some files, and as they should not for others."""

import struct
import time

SYN, FIN, PUSH, ACK = 2, 1, 8, 16
TCP = 6


def contents(size):
    return bytes((i * 7 + (i >> 8)) & 255 for i in range(size))


# ---- HTTP: a connection is answered whole and ended ---------------------------------------------------------------------

def head(status, *fields):
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode()


def pages():
    body = contents(100000)
    return {
        "/whole.bin": head("200 OK", "Content-Type: x/y", f"content-LENGTH:  {len(body)}") + body,
        "/open.bin": b"HTTP/1.0 200 OK\n\n" + body[:5000],
        "/short.bin": head("200 OK", "Content-Length: 5000") + body[:3000],
        "/long.bin": head("200 OK", "Content-Length: 10") + body[:3000],
        "/two.bin": head("200 OK", "Content-Length: 10", "Content-Length: 11") + body[:10],
        "/vast.bin": head("200 OK", "Content-Length: 99999999999999999999999") + body[:10],
        "/moved.bin": head("302 Found", "Location: http://other.test/moved.bin"),
        "/pieces.bin": head("200 OK", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        "/strange.bin": b"220 mail.test ESMTP\r\n\r\n",
        "/endless.bin": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 4000,
        "/nothing.bin": b"",
    }


class Web:
    def __init__(self):
        self.pages, self.streams, self.asked = pages(), {}, []

    def take(self, cable, segment, source, target):
        number, acknowledged, offset, flags, window = struct.unpack(">IIBBH", segment[4:16])
        data = segment[(offset >> 4) * 4:]
        if flags & SYN:
            self.streams[source] = {"came": b"", "next": (number + 1) & 0xffffffff, "first": 1001, "sent": 0, "page": None, "ended": False, "near": target, "done": 0, "heard": time.monotonic()}
            self.send(cable, source, target, 1000, SYN | ACK, options=struct.pack(">BBH", 2, 4, 1460))
            return
        stream = self.streams.get(source)
        if stream is None:
            return
        if number == stream["next"]:
            stream["came"] += data
            stream["next"] = (number + len(data) + (flags & FIN)) & 0xffffffff
        if stream["page"] is None and b"\r\n\r\n" in stream["came"]:
            path = stream["came"].split(b" ")[1].decode()
            self.asked.append(stream["came"])
            stream["page"] = self.pages.get(path, head("404 Not Found"))
        done = (acknowledged - stream["first"]) & 0xffffffff
        if done != stream["done"]:
            stream["done"], stream["heard"] = done, time.monotonic()
        page = stream["page"]
        while page is not None and stream["sent"] < len(page) and stream["sent"] < done + min(window, 20000):
            part = page[stream["sent"]:stream["sent"] + 1460]
            self.send(cable, source, target, stream["first"] + stream["sent"], ACK | PUSH, part)
            stream["sent"] += len(part)
        if page is not None and stream["sent"] == len(page) and not stream["ended"]:
            stream["ended"] = True
            self.send(cable, source, target, stream["first"] + len(page), ACK | FIN)
        elif data or flags & FIN:
            self.send(cable, source, target, stream["first"] + stream["sent"] + stream["ended"], ACK)

    def look(self, cable):
        """Segments that were lost between here and the guest come once more, from the first of them on."""
        for source, stream in self.streams.items():
            page, done = stream["page"], stream["done"]
            if page and done < len(page) and stream["sent"] > done and time.monotonic() > stream["heard"] + 0.5:
                stream["heard"] = time.monotonic()
                self.send(cable, source, stream["near"], stream["first"] + done, ACK | PUSH, page[done:done + 1460])

    def send(self, cable, source, target, number, flags, data=b"", options=b""):
        expected = self.streams[source]["next"]
        words = struct.pack(">HHIIBBHHH", target[1], source[1], number, expected, (5 + len(options) // 4) << 4, flags, 65535, 0, 0)
        cable.summed(TCP, target[0], source[0], words + options + data, 16)


# ---- TFTP ---------------------------------------------------------------------------------------------------------------

class Tftp:
    """Each transfer has a port of its own. What arrives of `put` is in `came`."""

    FILES = {"agreed.bin": 3000, "plain.bin": 1024, "lossy.bin": 9000, "twice.bin": 4000, "liar.bin": 3000, "empty.bin": 0, "wide.bin": 3000}

    def __init__(self):
        self.came, self.transfers, self.next_port, self.strangers = {}, {}, 3000, 0

    def begin(self, cable, data, source, target):
        opcode = data[1]
        name, _, *options = data[2:].split(b"\0")[:-1]
        name = name.decode()
        options = {options[i]: options[i + 1] for i in range(0, len(options), 2)}
        self.next_port += 1
        port = (target[0], self.next_port)
        # The question is sent again where the first answer is lost: it is another transfer then, and the first answer wins.
        transfer = {"name": name, "port": port, "block": 512, "at": 0, "puts": opcode == 2, "count": 0}
        self.transfers[port[1]] = transfer
        cable.ports[port[1]] = self.take
        if opcode == 2:
            self.came[name] = b""
        elif name not in self.FILES:
            cable.datagram(port, source, b"\0\5\0\1no such\x1b[2Jfile\0")
            return
        else:
            transfer["data"] = contents(self.FILES[name])
        if name == "plain.bin":
            self.send_block(cable, transfer, source)
        else:
            transfer["block"] = 1000
            size = 100 if name == "liar.bin" else int(options[b"tsize"]) if opcode == 2 else len(transfer["data"])
            block = b"60000" if name == "wide.bin" else b"1000"
            cable.datagram(port, source, b"\0\6BLKSIZE\0" + block + b"\0tsize\0%d\0" % size)

    def send_block(self, cable, transfer, source):
        part = transfer["data"][transfer["at"]:transfer["at"] + transfer["block"]]
        packet = struct.pack(">HH", 3, transfer["at"] // transfer["block"] + 1) + part
        transfer["count"] += 1
        if transfer["name"] == "twice.bin":
            cable.datagram(transfer["port"], source, packet)
            cable.datagram((transfer["port"][0], 2999), source, packet[:-1] + b"?")  # a stranger
            cable.ports[2999] = self.stranger
        if transfer["name"] != "lossy.bin" or transfer["count"] % 5 != 3:
            cable.datagram(transfer["port"], source, packet)

    def stranger(self, cable, data, source, target):
        self.strangers += data[:4] == b"\0\5\0\5"

    def take(self, cable, data, source, target):
        transfer = self.transfers[target[1]]
        opcode, number = struct.unpack(">HH", data[:4])
        if transfer["puts"] and opcode == 3:
            if number == transfer["at"] + 1:
                self.came[transfer["name"]] += data[4:]
                transfer["at"] += 1
            cable.datagram(target, source, struct.pack(">HH", 4, transfer["at"]))
        elif not transfer["puts"] and opcode == 4:
            # An acknowledgement of the one before asks for this one, once more where it was lost.
            at = number * transfer["block"]
            if at >= transfer["at"] and (number == 0 or at - transfer["block"] <= len(transfer["data"])):
                transfer["at"] = at
                if number == 0 or at <= len(transfer["data"]):
                    self.send_block(cable, transfer, source)
