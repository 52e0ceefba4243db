# SPDX-License-Identifier: MIT
"""How results are shown: as text, and as docs/performance.md."""

import bisect
import functools
import subprocess

from bench_rows import ARCHITECTURES, COMPARED, FURTHER, ROWS
from tree import ROOT, say

DOCUMENT = ROOT / "docs" / "performance.md"
METHOD = """# Performance

Written by `./tenon bench --document`; do not edit. A figure that is missing is not built or not measured yet, and says so.

## Method

Guest instructions under QEMU 10.0 with `-icount shift=0,sleep=off`, where each takes a nanosecond of the guest's clock, on
one CPU unless a row says otherwise. A component counts a loop of many turns by its own clock, calibrated by a loop of known
length; the loop's two or three instructions are part of the count. Client and server are components in address spaces of
their own, and the count begins and ends in the client's C code: generated stubs on both sides are included. The build is the
one that is shipped, `-O2`, with several CPUs, locks and scheduling contexts.

Counts can be bought with what they do not show. So a plugin of the emulator (`tests/support/plugin`) looks at one turn
between two marks, instructions that do nothing else, and counts

- **data lines, code lines**: different cache lines of 64 bytes that were read or written, and that were executed;
- **atomics**: instructions that read and write in one, and the storing halves of exclusive pairs;
- **barriers**: DMB, DSB, ISB; FENCE; MFENCE, LFENCE, SFENCE; not the orders that a load or store has by itself;
- **TLB**: invalidations by kind, writes of the root of the page tables among them (on x86_64 such a write forgets what is
  not global).

`pairs_foreign_lines` is the exception: four CPUs, each in a thread of the host's, without an instruction count, as QEMU 10
does not say which CPU runs where all share a thread. Between two marks each CPU makes thousands of calls; a line counts that
one CPU writes and another reads or writes, locks included, so that none means that no lock is shared, let alone contended.

OVMF runs once for each kind of machine: what is measured on x86_64 goes on from the state that it left before it read the
disk (`host/tenon/firmware.py`).

Rows of disks are counted by the plugin alone, over a window of hundreds of requests, with idle time not skipped. How many
completions one interrupt finds depends on the host, so they vary by a tenth and more.

An x86 instruction with `rep` counts once, which the guest's counter does not do: the further iterations that the plugin saw
are taken off. A second turn of the same operation is measured, so that what is first touched counts no more.

The goal is a share of what seL4 16.0.0 takes (no scheduling contexts, fast path, gcc -O2), counted in the same way with the
same emulator, or a limit of its own. **Bold** is a goal missed.
"""


def width(results):
    return max([len(result["name"]) for result in results] or [10])


def tlb(beside):
    return ", ".join(f"{count} {kind}" for kind, count in beside["tlb"].items()) or "-"


def architecture_of(board):
    return next(name for name in ARCHITECTURES if name in board)


def missed(row, result, board):
    goal = row.goal(architecture_of(board))
    return goal is not None and result["value"] > goal


def text(results, missing, board):
    rows = {row.name: row for row in ROWS}
    lines = []
    for result in results:
        row = rows.get(result["name"])
        goal = row.goal(architecture_of(board)) if row else None
        line = f"{result['name']:{width(results)}}  {result['value']:>12,} {result['unit']:12}"
        line += f" goal {goal:>9,}{' MISSED' if missed(row, result, board) else ''}" if goal else ""
        if "beside" in result:
            beside = result["beside"]
            line += (f"  lines {beside['data_lines']} data {beside['code_lines']} code, {beside['atomics']} atomics, "
                     f"{beside['barriers']} barriers, TLB {tlb(beside)}")
        lines.append(line + (f"  {result['where']}" if "where" in result else ""))
    if missing:
        lines.append(f"missing: {', '.join(missing)}")
    lines.append("\nguest instructions, user stubs included: QEMU -icount shift=0,sleep=off, the guest's own counter")
    return "\n".join(lines)


@functools.cache
def symbols(elf):
    """Sorted addresses and names of the kernel's symbols."""
    listing = subprocess.run(["llvm-nm-19", "--defined-only", "--numeric-sort", str(elf)], stdout=subprocess.PIPE,
                             text=True, check=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    pairs = [(int(words[0], 16), words[2]) for words in pairs if len(words) == 3 and not words[2].startswith("$")]
    return [address for address, _ in pairs], [name for _, name in pairs]


def place(build, address):
    """An address of the kernel as SYMBOL+OFFSET."""
    addresses, names = symbols(build.kernel)
    index = bisect.bisect_right(addresses, address) - 1
    return f"{names[index]}+{address - addresses[index]:#x}" if index >= 0 and address >> 63 else f"{address:#x}"


def foreign_lines(build, counted):
    """Lines that one CPU wrote and another touched while pairs called each other, with who did it; and who waited for a lock
    at any time, and what its holder did meanwhile."""
    lines = [f"{place(build, line['virtual'])}: written by {place(build, line['writer'])} on CPUs {line['written']:#x}, "
             f"touched by CPUs {line['touched']:#x}, read by {place(build, line['reader'])}" for line in counted["shared"]]
    waits = [f"{'between the marks' if wait['sharing'] else 'at start or end'} CPU {wait['cpu']} waited in "
             f"{place(build, wait['at'])} for a lock of CPU {wait['holder']}, which executed {wait['holders']} instructions "
             f"meanwhile and stood in {place(build, wait['stands'])}" for wait in counted["waits"]]
    result = {"name": "pairs_foreign_lines", "unit": "lines", "value": len(lines)}
    return {**result, "where": "; ".join(lines + waits)} if lines or waits else result


# ---- the document --------------------------------------------------------------------------------------------------


def cell(row, board, measured):
    results, _ = measured[board]
    result = next((result for result in results if result["name"] == row.name), None)
    if result is None:
        return "missing"
    value = f"{result['value']:,.0f}"
    goal = row.goal(architecture_of(board))
    if missed(row, result, board):
        value = f"**{value}**"
    return f"{value} / {goal:,}" if goal is not None else value


def table(rows, measured):
    boards = list(measured)
    lines = [f"| row | what | {' | '.join(boards)} |", f"| --- | --- |{' ---: |' * len(boards)}"]
    for row in rows:
        unit = "" if row.unit == "instructions" else f" ({row.unit})"
        cells = " | ".join(cell(row, board, measured) for board in boards)
        lines.append(f"| `{row.name}` | {row.what}{unit} | {cells} |")
    return "\n".join(lines)


def beside_table(board, measured):
    lines = ["| row | data lines | code lines | atomics | barriers | TLB |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for result in measured[board][0]:
        if "beside" in result:
            beside = result["beside"]
            lines.append(f"| `{result['name']}` | {beside['data_lines']} | {beside['code_lines']} | {beside['atomics']} | "
                         f"{beside['barriers']} | {tlb(beside)} |")
    return "\n".join(lines)


def notes(measured):
    lines = []
    for board, (results, complaints) in measured.items():
        lines += [f"- {board}: `{result['name']}`: {result['where']}" for result in results if "where" in result]
        lines += [f"- {board}: `{system}` did not run: {(complaint.splitlines() or [''])[-1]}" for system, complaint in complaints]
    return "\n".join(lines) or "None."


def document(measured):
    parts = [METHOD, "## Kernel operations, instructions: ours / goal", "", table(COMPARED, measured), "",
             "## Further", "", table(FURTHER, measured), "", "## Beside the counts", ""]
    for board in measured:
        parts += [f"### {board}", "", beside_table(board, measured), ""]
    parts += ["## Where", "", notes(measured), ""]
    return "\n".join(parts)


def write(measured):
    DOCUMENT.write_text(document(measured))
    say(f"wrote {DOCUMENT.relative_to(ROOT)}")
    return 0
