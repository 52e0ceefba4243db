#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iperf 2 of the distribution as a client: what it says that was sent and received."""

import random
import re
import subprocess
import sys

BYTES = 2 << 20
SECONDS = 60

ports = dict(word.split("=") for word in sys.argv[1:])


def say(holds, what):
    print(("ok " if holds else "not ok ") + what.replace("\n", " | "), flush=True)


def iperf(*words):
    try:
        done = subprocess.run(["iperf", "-c", "127.0.0.1", "-f", "b", *map(str, words)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=SECONDS)
        return done.stdout
    except subprocess.TimeoutExpired as late:
        return f"still running: {late.stdout}"


said = iperf("-p", ports["tcp/5001"], "-n", BYTES, "-r", "-L", random.randrange(20000, 32000))
amounts = [int(amount) for amount in re.findall(r"(\d+) Bytes ", said)]
say(amounts[:2] == [BYTES, BYTES], f"{amounts} bytes there and back" + ("" if amounts[:2] == [BYTES, BYTES] else f": {said}"))
said = iperf("-u", "-p", ports["udp/5001"], "-n", 100 * 1470, "-b", "1m")
report = re.search(r"Server Report:\n.*\n.* (\d+) Bytes .* (\d+)/ *(\d+)", said)
say(report is not None and int(report[3]) >= 100 and int(report[1]) > 0, f"a report of datagrams: {report and report[0].splitlines()[-1]}" + ("" if report else said))
