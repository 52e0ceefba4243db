# SPDX-License-Identifier: MIT
"""Every CPU of the machine is online, and each instance runs where the description says. check.py TRANSCRIPT REPORT"""

import json
import re
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as transcript, open(sys.argv[2], encoding="utf-8") as report:
        text, report = transcript.read(), json.load(report)
    count = int(re.search(r"-(\d+)\.log$", sys.argv[1])[1])
    online = [int(number) for number in re.findall(r"\bcpu (\d+) 1\s*$", text, re.MULTILINE)]
    print(f"{'' if online == list(range(count)) else 'not '}ok {count} CPUs are online: {online}")
    places = {name: int(cpu) for name, cpu in re.findall(r"\bplace (\S+) (\d+)\s*$", text, re.MULTILINE)}
    described = {entry["name"]: entry["cpu"] % count for entry in report["instances"]}
    print(f"{'' if places == described else 'not '}ok instances run where they are placed: {places}")


main()
