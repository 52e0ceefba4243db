# SPDX-License-Identifier: MIT
"""How deep the stacks of a machine became, from its memory after it ended, against the bounds that layout computed.

The kernel paints every stack at boot (TENON_PAINT in kernel/include/tenon/tables.h), and at a restart the supervisor leaves what is
painted still: each word says that it is paint, of which instance and of which of its pages. A stack is one run of memory, so
where one painted word is, all of it is. The first word from the bottom that is no longer paint is the deepest that the stack ever was."""

import array
import json
import os

PAINT = 0x5a17ac
PAGE = 4096
WORD = 8


def runs(file):
    """(offset, bytes) of what the machine wrote: memory that was never touched is a hole in the file."""
    end = os.fstat(file.fileno()).st_size
    at = 0
    while at < end:
        try:
            at = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError:
            return
        hole = os.lseek(file.fileno(), at, os.SEEK_HOLE)
        yield at // PAGE * PAGE, os.pread(file.fileno(), hole - at // PAGE * PAGE, at // PAGE * PAGE)
        at = hole


def bottoms(file):
    """{instance: offsets at which its stack may begin}: a component can have copied a page of paint, so there may be several."""
    found = {}
    for offset, data in runs(file):
        words = array.array("Q", data[:len(data) // WORD * WORD])
        for index in range(0, len(words), PAGE // WORD):
            word = words[index]
            bottom = offset + index * WORD - (word & 0xfffff) * PAGE
            if word >> 40 == PAINT and bottom >= 0:
                found.setdefault(word >> 20 & 0xfffff, set()).add(bottom)
    return found


def depth(file, instance, bottoms, size):
    """Bytes of a stack that were used: of the places where it may begin the one with most paint from there on. All of it, where
    there is none."""
    return min((used(file, instance, bottom, size) for bottom in bottoms), default=size)


def used(file, instance, bottom, size):
    words = array.array("Q", os.pread(file.fileno(), size, bottom))
    if len(words) * WORD < size:
        return size
    for index, word in enumerate(words):
        if word != (PAINT << 40 | instance << 20) + index * WORD // PAGE:
            return size - index * WORD
    return 0


def measure(memory, report):
    """{instance: (bytes used, its bound, its stack, is it declared to run past the end)}"""
    described = json.loads(report.read_text())["instances"]
    with open(memory, "rb") as file:
        found = bottoms(file)
        return {one["name"]: (depth(file, index, found.get(index, ()), one["bytes"]["stack"]), one["stack"]["bound"],
                              one["bytes"]["stack"], one["stack"]["open"])
                for index, one in enumerate(described)}
