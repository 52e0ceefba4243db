# SPDX-License-Identifier: MIT
"""Places of the generator that refuse, and whether a program that counts what runs came by.

A place is a call of report_error() or scan_complain(), of a function complaint_…() or suggest() that adds to a message, or of
a function of ours that is called refuse…(). Inside a call each part that is chosen at run time (`several ? "these" : "this"`) is a place of its own, so
that every text that a person may read was read by a test.
"""

import json
import os
import pathlib
import re
import subprocess

GENERATOR = pathlib.Path(__file__).resolve().parents[2] / "generator"
FOLDERS = ["read", "model", "check", "layout"]
# Whether a file is a program is judged in elf.c, whose sentences test_elf has.
WITHOUT = [GENERATOR / "layout" / "elf.c", GENERATOR / "read" / "report.c"]
# Texts that no input brings about today, and why they are there.
UNREACHED = {
    '"it cannot be read"': "libfyaml has a message of its own for all that it refuses; the fuzzer would find one without",
    'refuse_write(judging, assertion, influence_name(graph, i)': "capabilities of another's thread do not travel yet",
}
CALL = re.compile(r"\b(?:report_error|scan_complain|suggest|complaint_\w+|refuse\w*)\s*\(")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|[()]', re.S)


def call_end(text, at):
    """Where the brackets close that open at `at`."""
    depth = 0
    for token in TOKEN.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise ValueError("brackets that never close")


def calls(text):
    """Start and end of each call; a declaration or definition begins in the first column."""
    for found in CALL.finditer(text):
        if text[text.rfind("\n", 0, found.start()) + 1] in "\t":
            yield found.start(), call_end(text, found.end() - 1)


class Counts:
    """The segments of llvm-cov of one file: from each offset on, how often it ran."""

    def __init__(self, text, segments):
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line.encode()) + 1)
        self.at = [(starts[line - 1] + column - 1, count if known else None, entry)
                   for line, column, count, known, entry, *_ in segments]

    def of(self, offset):
        """None where there is no code."""
        last = None
        for start, count, _ in self.at:
            if start > offset:
                break
            last = count
        return last

    def never_inside(self, start, end):
        return [at for at, count, entry in self.at if start < at < end and entry and count == 0]


def exported(program, profiles):
    merged = profiles / "all"
    subprocess.run(["llvm-profdata-19", "merge", "-o", merged, *profiles.glob("*.profraw")], check=True)
    done = subprocess.run(["llvm-cov-19", "export", f"-instr-profile={merged}", program], check=True, stdout=subprocess.PIPE)
    return {pathlib.Path(os.path.realpath(entry["filename"])): entry["segments"]
            for entry in json.loads(done.stdout)["data"][0]["files"]}


def never_reached(program, profiles):
    """Places that no run of `program` came by, as text for a person; and how many there are in all."""
    segments = exported(program, profiles)
    missed, count = [], 0
    for path in sorted(path for folder in FOLDERS for path in (GENERATOR / folder).glob("*.c") if path not in WITHOUT):
        text = path.read_text()
        counts = Counts(text, segments.get(path, []))
        for start, end in calls(text):
            count += 1
            ran = counts.of(start)
            for at in [start] if not ran else counts.never_inside(start, end):
                if text.startswith(tuple(UNREACHED), at):
                    continue
                line = text.count("\n", 0, at) + 1
                missed.append(f"{path.relative_to(GENERATOR.parent)}:{line}: {' '.join(text[at:at + 120].split())[:90]}")
    return missed, count
