# SPDX-License-Identifier: MIT
"""Clients of TLS at the component `https`: every byte, what is agreed on, what must be refused, and peers that stop, leave or talk nonsense. Names
with a capital are of OpenSSL's host tools."""

import concurrent.futures
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
CERTIFICATE = HERE.parents[1] / "systems/keys/certificate.pem"
PATIENCE = 120  # seconds without a byte


class Secure:
    def __init__(self, port, full, say):
        self.port, self.full, self.say = port, full, say
        self.url = f"https://127.0.0.1:{port}"
        self.door = threading.Lock()

    def context(self, **wanted):
        made = ssl.create_default_context(cafile=CERTIFICATE)
        for name, value in wanted.items():
            setattr(made, name, value)
        return made

    def connect(self, context):
        """The emulator lets only one wait at its door, and the host turns others away: so each has shaken hands before the next one comes."""
        with self.door:
            return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE), server_hostname="127.0.0.1",
                                       suppress_ragged_eofs=False)

    def ask(self, text, context=None):
        """What is answered until the peer says that it is all (close_notify): an end without that raises an error."""
        with self.connect(context or self.context()) as connection:
            connection.sendall(text)
            came = bytearray()
            while part := connection.recv(65536):
                came += part
        return bytes(came)

    def raw(self, data):
        """What is answered to bytes that are no TLS, until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            came = bytearray()
            while part := connection.recv(65536):
                came += part
        return bytes(came)

    def openssl(self, *words):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-CAfile", str(CERTIFICATE),
                               "-verify_return_error", "-ign_eof", *words], input=b"HEAD / HTTP/1.0\r\n\r\n", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE)
        return done.stdout.decode(errors="replace")

    def serve_steadily(self, page):
        """Asks for a page again and again in one connection, and in another when that has ended, until stop() is called. Whoever dies behind the
        port is seen as an end; what is answered before is right."""
        self.over, self.answers, self.ends, self.wrong = threading.Event(), 0, 0, []

        def ask():
            while not self.over.is_set():
                try:
                    with self.connect(self.context()) as connection:
                        while not self.over.is_set():
                            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                            came = b""
                            while not came.endswith(page):
                                part = connection.recv(65536)
                                if not part:
                                    raise OSError("an end")
                                came += part
                            if not came.startswith(b"HTTP/1.1 200 OK\r\n"):
                                self.wrong.append(came)
                            self.answers += 1
                            time.sleep(0.1)
                except OSError:
                    self.ends += 1
                    time.sleep(0.1)

        self.thread = threading.Thread(target=ask)
        self.thread.start()

    def wait(self, holds):
        until = time.monotonic() + PATIENCE
        while not holds() and time.monotonic() < until:
            time.sleep(0.1)

    def stop(self, least):
        self.wait(lambda: self.ends >= least)
        before = self.answers
        self.wait(lambda: self.answers > before)
        after = self.answers - before
        self.over.set()
        self.thread.join()
        self.say(self.ends >= least and after > 0 and not self.wrong,
                 f"one that asks steadily sees {least} ends at least, and is served after them", (self.ends, self.answers, self.wrong))

    def agreed(self):
        for version, suite, words in (
                ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", ["-groups", "X25519"]),
                ("TLSv1.3", "TLS_AES_128_GCM_SHA256", ["-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "P-256"]),
                ("TLSv1.3", "TLS_AES_256_GCM_SHA384", ["-ciphersuites", "TLS_AES_256_GCM_SHA384", "-groups", "P-384"]),
                ("TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305", ["-tls1_2"]),
                ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384", ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"])):
            seen = self.openssl(*words)
            self.say(f"New, {version}, Cipher is {suite}" in seen and "200 OK" in seen and "Verify return code: 0" in seen,
                     f"{version} with {suite}", seen)

    def refused(self):
        low = "ALL:@SECLEVEL=0"
        for what, alert, words in (("TLS 1.1", "protocol version", ["-tls1_1", "-cipher", low]),
                                   ("TLS 1.0", "protocol version", ["-tls1", "-cipher", low]),
                                   ("a key exchange by RSA", "handshake failure", ["-tls1_2", "-cipher", "AES128-GCM-SHA256"]),
                                   ("CBC", "handshake failure", ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"]),
                                   ("P-521", "handshake failure", ["-tls1_3", "-groups", "P-521"])):
            seen = self.openssl(*words)
            self.say(alert in seen and "Cipher is (NONE)" in seen, f"no {what}: {alert}", seen)

    def nonsense(self):
        hello = bytearray(512)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = self.context().wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            hello = outgoing.read()
        long = bytes([22, 3, 1, 0xff, 0xff])
        for what, data in (("HTTP", b"GET / HTTP/1.1\r\n\r\n"), ("zeroes", bytes(600)), ("a record that is too long", long + bytes(300)),
                           ("a length that cannot be", hello[:6] + b"\xff\xff\xff" + hello[9:]),
                           ("an alert", bytes([21, 3, 3, 0, 2, 2, 40])), ("application data", bytes([23, 3, 3, 0, 4]) + b"abcd")):
            seen = self.raw(data)
            self.say(seen == b"" or seen[0] == 21, f"{what} instead of a hello ends the connection", seen)
        # All wait for the end of the server's patience, so they do it together, as far as the emulator has places at its door.
        counts = (0, 1, 5, len(hello) // 2, len(hello))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda count: self.raw(bytes(hello[:count])), counts))
        for count, seen in zip(counts[:-1], answers):
            self.say(seen == b"", f"who stops after {count} bytes of a hello is given up", seen)
        self.say(answers[-1][:1] == b"\x16", "who stops after the hello is given up", answers[-1][:20])

    def files(self, paths, root):
        words = ["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--cacert", str(CERTIFICATE)]
        for path in paths:
            words += ["-o", "-", f"{self.url}/{path.relative_to(root)}"]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.say(done.stdout == b"".join(path.read_bytes() for path in paths), f"{len(paths)} files over one connection", done.stderr)

    def many(self, page):
        """At once, each with its own connection, and many requests in one."""
        count = 400 if self.full else 12
        text = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
        with concurrent.futures.ThreadPoolExecutor(48 if self.full else 4) as pool:
            seen = list(pool.map(lambda _: self.ask(text), range(count)))
        self.say(all(each.endswith(page) for each in seen), f"{count} connections", [each[-50:] for each in seen][:2])
        count = 1000 if self.full else 60
        seen = self.ask(b"GET / HTTP/1.1\r\n\r\n" * (count - 1) + text)
        self.say(seen.count(page) == count, f"{count} requests in one connection, and a close_notify behind them", len(seen))

    def left(self):
        """Whoever goes away in the midst of something, without a word."""
        for _ in range(500 if self.full else 10):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                    with self.context().wrap_socket(connection, server_hostname="127.0.0.1") as secure:
                        secure.sendall(b"GET /default_system.svg HTTP/1.1\r\n\r\n")
                        if secure.recv(100) == b"":
                            raise OSError("nothing came")
            except OSError as error:
                self.say(False, "before who leaves has left", error)
        seen = self.ask(b"GET / HTTP/1.0\r\n\r\n")
        self.say(re.match(rb"HTTP/1.1 200 OK\r\n", seen), "others are served after those who left", seen)
