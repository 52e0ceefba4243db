# SPDX-License-Identifier: MIT
"""Compares what the auditor printed with report.json. check.py TRANSCRIPT REPORT"""

import json
import re
import sys


def numbers(lines, word):
    pattern = re.compile(rf"\b{word}((?: \d+)+)$")
    return [tuple(map(int, match[1].split())) for line in lines if (match := pattern.search(line.rstrip()))]


def compare(what, held, described):
    missing, extra = described - held, held - described
    if described and not missing and not extra:
        print(f"ok {what}: {len(held)} as described")
    else:
        print(f"not ok {what}: {len(described)} described, {len(held)} held; "
              f"missing {sorted(missing)[:5]}, extra {sorted(extra)[:5]}")


def main():
    with open(sys.argv[1], encoding="utf-8") as transcript, open(sys.argv[2], encoding="utf-8") as report:
        lines, report = transcript.read().splitlines(), json.load(report)
    instances = report["instances"]
    slots = {(entry["table"], slot["slot"], slot["type"], slot["rights"], int(slot["badge"], 16), slot["object"], 0)
             for entry in instances for slot in entry["slots"]}
    compare("capabilities", set(numbers(lines, "slot")), slots)
    mappings = {(entry["space"], int(mapping["address"], 16), mapping["size"], mapping["rights"])
                for entry in instances for mapping in entry["mappings"]}
    compare("mappings", set(numbers(lines, "mapping")), mappings)
    threads = {(entry["name"], entry["priority"]) for entry in instances}
    held = {(match[1], int(match[2])) for line in lines if (match := re.search(r"\bthread (\S+) (\d+) \d+ \d+$", line))}
    compare("threads", held, threads)


main()
