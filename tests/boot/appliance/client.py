#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""curl and plain sockets at the component `httpd`, which serves docs/: every byte, the ways to ask for part of it, and what must be refused.
No bound is in the host's time but one that says that nothing goes on any more."""

import concurrent.futures
import email.utils
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

from secure import Secure

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
FULL = bool(os.environ.get("TENON_FULL"))
PORTS = dict(word.split("=") for word in sys.argv[1:])
PORT = int(PORTS["tcp/80"])
URL = f"http://127.0.0.1:{PORT}"
PATIENCE = 120
FEW = 2  # connections at once: the emulator lets no more wait at its door, and the host turns others away


def say(holds, what, seen=""):
    print(("ok " if holds else "not ok ") + what + ("" if holds else f": {seen!r}"[:500]), flush=True)


def curl(*words):
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--path-as-is", *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout if done.returncode == 0 else done.stderr


def status(*words):
    return curl("-o", "/dev/null", "-w", "%{http_code}", *words).decode()


def raw(data, read=True):
    """What is answered to these bytes, until the connection ends."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE) as connection:
        connection.sendall(data)
        came = bytearray()
        while read and (part := connection.recv(65536)):
            came += part
    return bytes(came)


def files():
    paths = sorted(path for path in DOCS.rglob("*") if path.is_file())
    return paths if FULL else [path for path in paths if path.parent == DOCS or path.suffix == ".svg"]


def whole(paths):
    """All of them by one curl, over connections that stay."""
    words = []
    for path in paths:
        words += ["-o", "-", f"{URL}/{path.relative_to(DOCS)}"]
    return curl(*words) == b"".join(path.read_bytes() for path in paths)


def files_are_the_same():
    paths = files()
    parts = [paths[i::FEW] for i in range(FEW)]
    with concurrent.futures.ThreadPoolExecutor(FEW) as pool:
        right = list(pool.map(whole, parts))
    say(all(right), f"{len(paths)} files", right)


def parts_of_files():
    path = DOCS / "default_system.svg"
    data = path.read_bytes()
    url = f"{URL}/{path.name}"
    for word, expected in (("0-99", data[:100]), ("1000-", data[1000:]), ("-77", data[-77:]), ("5-5", data[5:6]),
                           (f"{len(data) - 1}-99999999", data[-1:])):
        say(curl("-r", word, url) == expected, f"range {word}")
    say(status("-r", f"{len(data)}-", url) == "416", "no such range")
    say(curl("-H", "Range: bytes=1-2,5-6", url) == data, "several ranges are none")
    say(curl("-H", "Range: bytes=1-2", "-H", 'Range: bytes=6"', url) == data, "a second range that is none")
    head = curl("--head", url).decode()
    tag = re.search(r'^ETag: (".*")\r$', head, re.MULTILINE)[1]
    date = re.search(r"^Last-Modified: (.*)\r$", head, re.MULTILINE)[1]
    say(f"Content-Length: {len(data)}\r" in head and "Content-Type: image/svg+xml\r" in head, "HEAD", head)
    say(status("-H", f"If-None-Match: {tag}", url) == "304", "not modified, by tag")
    say(status("-H", f'If-None-Match: "x", W/{tag}', url) == "304", "not modified, by one of several tags")
    say(status("-H", f"If-Modified-Since: {date}", url) == "304", "not modified, by date")
    say(status("-H", 'If-None-Match: "x"', "-H", f"If-Modified-Since: {date}", url) == "200", "a tag counts before a date")
    say(curl("-r", "0-9", "-H", f"If-Range: {tag}", url) == data[:10], "a range of what it was")
    say(curl("-r", "0-9", "-H", 'If-Range: "x"', url) == data, "all of what it was not")


def directories():
    page = (ROOT / "tests/boot/appliance/site/index.html").read_bytes()
    say(curl(f"{URL}/") == page and curl(f"{URL}/index.html?a=b") == page, "the index of a directory")
    say("Location: /errors/\r" in curl("--head", f"{URL}/errors").decode(), "a directory without its slash")
    names = {path.name + "/" * path.is_dir() for path in (DOCS / "errors").iterdir()}
    listed = set(re.findall(r'<li><a href="\./([^"]*)">', curl(f"{URL}/errors/").decode()))
    say(names == listed, f"the list of a directory, {len(names)} entries", names ^ listed)
    say(set(re.findall(r'<li><a href="\./([^"]*)">', curl("-0", f"{URL}/errors/").decode())) == names, "the list, by HTTP/1.0")


def refused():
    for path, expected in (("/none", "404"), ("/../../etc/passwd", "404"), ("/%2e%2e/%2e%2e/", "200"), ("/%00", "400"), ("/%zz", "400"),
                           ("/README.md/", "404"), ("/tour.md/x", "404"), ("/" + "a" * 300, "404"), ("/" + "a" * 1100, "414"), ("/%41" * 300, "404")):
        seen = status(URL + path)
        say(seen == expected, f"{expected} for {path[:40]}", seen)
    say(status("-X", "POST", "-d", "x", URL) in ("405", "413"), "no POST")
    say(status("-X", "DELETE", URL) == "405", "no DELETE")
    say(status("-H", "A: " + "b" * 5000, URL) == "431", "a head that is too long")
    for text, expected in ((b"GET\r\n\r\n", b"400"), (b"GET / HTTP/2.0\r\n\r\n", b"505"), (b"GET / HTTP/1.1\r\nA b\r\n\r\n", b"400"),
                           (b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"400"), (b"\0\1\2\3\n\n", b"400"),
                           (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"413"),
                           (b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"413")):
        seen = raw(text)
        say(seen.startswith(b"HTTP/1.1 " + expected), f"{expected.decode()} for {text[:30]!r}", seen)


def many_in_one():
    """Requests that come before the answer to the first, and a client that stays silent."""
    page = (ROOT / "tests/boot/appliance/site/index.html").read_bytes()
    count = 1000 if FULL else 100
    seen = raw(b"GET / HTTP/1.1\r\n\r\n" * (count - 1) + b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    say(seen.count(b"HTTP/1.1 200 OK") == count and seen.count(page) == count, f"{count} requests at once", len(seen))
    say(raw(b"GET / HTTP/1.1\r\nA: ") == b"", "half a request is given up")


def left():
    """Opened, asked for something, and left."""
    for _ in range(2000 if FULL else 100):
        try:
            raw(b"GET /default_system.svg HTTP/1.1\r\n\r\n", read=False)
        except OSError:
            pass  # turned away before the guest heard of it
    say(status(URL) == "200", "others are served after that")


def load():
    """What others measure servers with, for a moment, or with --full for half a minute: no answer but the right one, and no error."""
    at_once = 64 if FULL else FEW
    if shutil.which("wrk"):
        seen = subprocess.run(["wrk", "-t", "1", "-c", str(at_once), "-d", "30s" if FULL else "2s", "--timeout", f"{PATIENCE}s", f"{URL}/index.html"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
        say(re.search(r"^ +[1-9]\d* requests in", seen, re.MULTILINE) and "Non-2xx" not in seen and "Socket errors" not in seen,
            f"wrk with {at_once} connections", seen)
    if shutil.which("h2load"):
        count = 2000 if FULL else 40
        for url in (URL, f"https://127.0.0.1:{PORTS['tcp/443']}"):
            seen = subprocess.run(["h2load", "--h1", "-n", str(count), "-c", str(at_once), f"{url}/index.html"], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True).stdout
            say(f"{count} succeeded, 0 failed, 0 errored, 0 timeout" in seen and f"status codes: {count} 2xx" in seen,
                f"h2load with {at_once} connections, {url[:5]}", seen[-1500:])


def values():
    return json.loads(curl(f"{URL}/status.json"))


def status_page():
    """What it says of all instances, and that the page shows it, in a browser where there is one."""
    first = values()
    names = [each["name"] for each in first["instances"]]
    number = {name: place for place, name in enumerate(names)}
    say({"httpd", "https", "ip", "vfs", "ext4", "key", "observer", "killer"} <= set(names), "all instances", names)
    of = {each["name"]: each for each in first["instances"]}
    for one, other in (("httpd", "vfs"), ("httpd", "ip"), ("https", "key"), ("vfs", "ext4"), ("httpd", "observer")):
        say(number[other] in of[one]["peers"], f"{one} can call {other}", of[one])
    say(number["vfs"] not in of["ip"]["peers"] and number["key"] not in of["httpd"]["peers"], "who cannot call whom")
    say(of["httpd"]["state"] == "calling" and of["observer"]["state"] == "running", "who is at work", (of["httpd"], of["observer"]))
    say(all(each["memory"] > 0 for each in first["instances"]) and 0 < first["free"] < first["ram"], "memory", first)
    second = values()
    then = {each["name"]: each for each in second["instances"]}
    say(second["now_us"] > first["now_us"] and all(then[name]["time_us"] > of[name]["time_us"] for name in ("httpd", "ip", "observer")),
        "time goes on", (of["httpd"], then["httpd"]))
    page = curl(f"{URL}/status")
    say(page == (ROOT / "components/httpd/status.html").read_bytes(), "the page", page[:200])
    say(status("--head", f"{URL}/status") == "200" and status(f"{URL}/status.js") == "404", "nothing beside it")
    date = re.search(r"^Date: (\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)\r$", curl("--head", URL).decode(), re.MULTILINE)
    say(date is not None and email.utils.parsedate_to_datetime(date[1]).year >= 2020, "the date", date)
    browser = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
    if browser is not None:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom",
                                   "--virtual-time-budget=9000", f"{URL}/status"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
        shown = done.stdout.decode(errors="replace")
        refreshed = re.search(r'data-refreshed="(\d+)"', shown)
        say(all(f"<td>{name}</td>" in shown for name in names) and refreshed is not None and int(refreshed[1]) >= 2 and "<circle" in shown,
            "a browser shows it, and shows it anew", shown[-2000:])


def by_tls():
    page = (ROOT / "tests/boot/appliance/site/index.html").read_bytes()
    secure.files(files()[:None if FULL else 12], DOCS)
    secure.agreed()
    secure.refused()
    secure.nonsense()
    secure.many(page)
    secure.left()


def say_of_tls(holds, what, seen=""):
    say(holds, f"https: {what}", seen)


secure = Secure(int(PORTS["tcp/443"]), FULL, say_of_tls)
steady = Secure(int(PORTS["tcp/443"]), FULL, say_of_tls)
steady.serve_steadily((ROOT / "tests/boot/appliance/site/index.html").read_bytes())
for work in (files_are_the_same, parts_of_files, directories, refused, many_in_one, left, status_page,
             lambda: steady.stop(2),  # of `https` and of who stands behind it, which the killer restarts
             by_tls, load):
    try:
        work()
    except (OSError, TypeError, subprocess.SubprocessError) as error:
        say(False, work.__name__, error)
