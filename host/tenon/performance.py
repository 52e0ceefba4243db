# SPDX-License-Identifier: MIT
"""How results are shown: as text, and as docs/performance.md."""

import linux
import places
from bench_rows import ARCHITECTURES, COMPARED, FURTHER, LINUX, ROWS
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

Rows of the network (`tests/bench/network`) are counted likewise, on an appliance whose peer is a program of the host, by ports
of QEMU's user network, which asks for nothing that the host must allow. That network has no offloads and acknowledges each segment: a segment
sent is one frame out and one in, with all checksums made by us. The peer says when to count, in datagrams that are counted too, two or three in
each window. `appliance_first_request` is what the plugin counted since the kernel's first instruction, without idle time.
Throughput is not timed, since the peer and the emulator share the host: it is what a segment costs.

An x86 instruction with `rep` counts once, which the guest's counter does not do: the further iterations that the plugin saw
are taken off. A second turn of the same operation is measured, so that what is first touched counts no more.

The goal is a share of what seL4 16.0.0 takes (no scheduling contexts, fast path, gcc -O2), counted in the same way with the
same emulator, or a limit of its own. **Bold** is a goal missed.
"""


SHARES = """Of the rows that the plugin counts alone: the mean of all windows, while the row has the one with the fewest."""


BESIDE_LINUX = """Debian's Linux (`tests/bench/linux/packages.txt`) in the same emulator, with the same devices, disks and marks, counted by the
same rules; a program without a C library makes its system calls. It has the machine without the IOMMU, which ours has on, and
`mitigations=off`. Its rows of 32 in flight are asynchronous requests with O_DIRECT, handed over in groups; those of a disk are with
O_DIRECT, to be compared with the driver and its client. Its requests of HTTP are answered by that program, which reads no more of them than
that they have come: a server of files has more to do."""


def width(results):
    return max([len(result["name"]) for result in results] or [10])


def tlb(beside):
    return ", ".join(f"{count} {kind}" for kind, count in beside["tlb"].items()) or "-"


def architecture_of(board):
    return next(name for name in ARCHITECTURES if name in board)


def missed(row, result, board):
    goal = row.goal(architecture_of(board))
    return goal is not None and result["value"] > goal


def shares(result):
    """What each component has of a row."""
    return ", ".join(f"{name} {value:,.0f}" for name, value in result["components"])


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
        if "components" in result:
            lines.append("    " + shares(result))
        lines += [f"    {value:>12,.0f}  {name}" for name, value in result.get("functions", [])]
    if missing:
        lines.append(f"missing: {', '.join(missing)}")
    lines.append("\nguest instructions, user stubs included: QEMU -icount shift=0,sleep=off, the guest's own counter")
    return "\n".join(lines)


def place(build, address):
    """An address of the kernel as SYMBOL+OFFSET."""
    found = places.symbol(build.kernel, address) if address >> 63 else None
    return f"{found[0]}+{found[1]:#x}" if found else f"{address:#x}"


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


class Page:
    """What is written: what was measured now, and of what did not run now what stands there."""

    def __init__(self, boards, measured, ran):
        """`boards`: the columns; `measured`: board -> (results, complaints); `ran`: (system, board) of them."""
        self.boards, self.measured, self.ran = boards, measured, ran
        self.before, self.lines = {}, []
        heading = None
        for line in DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []:
            if line.startswith("#"):
                heading = line.strip("# ")
            elif line.startswith("| `"):
                self.before.setdefault(heading, {})[line.split("`")[1]] = [cell.strip() for cell in line.strip("| ").split(" | ")]
            elif heading == "Where" and line.startswith("- "):
                self.lines.append(line)

    def did_run(self, row, board):
        return (row.system, board) in self.ran

    def result(self, row, board):
        return next((result for result in self.measured[board][0] if result["name"] == row.name), None)

    def old(self, heading, name, column):
        cells = self.before.get(heading, {}).get(name, [])
        return cells[column] if column < len(cells) else None

    def cell(self, heading, row, board):
        if not self.did_run(row, board):
            old = self.old(heading, row.name, 2 + self.boards.index(board)) or "missing"
            value = old.strip("*").split(" / ")[0].strip("*")
            return with_goal(row, board, float(value.replace(",", ""))) if value != "missing" else value
        result = self.result(row, board)
        return "missing" if result is None else with_goal(row, board, result["value"])

    def table(self, heading, rows):
        lines = [f"## {heading}", "", f"| row | what | {' | '.join(self.boards)} |", f"| --- | --- |{' ---: |' * len(self.boards)}"]
        for row in rows:
            unit = "" if row.unit == "instructions" else f" ({row.unit})"
            cells = " | ".join(self.cell(heading, row, board) for board in self.boards)
            lines.append(f"| `{row.name}` | {row.what}{unit} | {cells} |")
        return lines + [""]

    def linux_table(self):
        """Ours and Debian's Linux, on boards where that runs."""
        heading, ours = "Beside Linux", {row.name: row for row in ROWS}
        boards = [board for board in self.boards if architecture_of(board) in linux.architectures()]
        lines = [f"## {heading}", "", BESIDE_LINUX, "", f"| row | {' | '.join(f'{board} | Linux' for board in boards)} |",
                 f"| --- |{' ---: |' * 2 * len(boards)}"]
        for row in LINUX:
            cells = []
            name = row.name.removeprefix("linux_")
            for number, board in enumerate(boards):
                for column, each in enumerate((ours[name], row)):
                    result = self.result(each, board) if self.did_run(each, board) else None
                    cells.append(f"{result['value']:,.0f}" if result else
                                 self.old(heading, name, 1 + 2 * number + column) or "missing")
            lines.append(f"| `{name}` | {' | '.join(cells)} |")
        return lines + [""]

    def shares_table(self):
        heading = "Per component"
        lines = [f"## {heading}", "", SHARES, "", f"| row | {' | '.join(self.boards)} |", f"| --- |{' --- |' * len(self.boards)}"]
        for row in ROWS:
            cells = []
            for number, board in enumerate(self.boards):
                result = self.result(row, board) if self.did_run(row, board) else None
                old = self.old(heading, row.name, 1 + number) if result is None else None
                cells.append(shares(result) if result and "components" in result else old or "-")
            if any(cell != "-" for cell in cells):
                lines.append(f"| `{row.name}` | {' | '.join(cells)} |")
        return lines + [""]

    def beside_table(self, board):
        lines = [f"### {board}", "", "| row | data lines | code lines | atomics | barriers | TLB |",
                 "| --- | ---: | ---: | ---: | ---: | --- |"]
        for row in ROWS:
            result = self.result(row, board) if self.did_run(row, board) else None
            old = self.before.get(board, {}).get(row.name)
            if result and "beside" in result:
                beside = result["beside"]
                lines.append(f"| `{row.name}` | {beside['data_lines']} | {beside['code_lines']} | {beside['atomics']} | "
                             f"{beside['barriers']} | {tlb(beside)} |")
            elif not self.did_run(row, board) and old:
                lines.append(f"| {' | '.join(old)} |")
        return lines + [""]

    def notes(self):
        rows = {row.name: row for row in ROWS}
        lines = []
        for board in self.boards:
            results, complaints = self.measured[board]
            lines += [line for line in self.lines if line.startswith(f"- {board}: ") and line.split("`")[1] in rows
                      and not self.did_run(rows[line.split("`")[1]], board)]
            lines += [f"- {board}: `{result['name']}`: {result['where']}" for result in results
                      if "where" in result and self.did_run(rows[result["name"]], board)]
            lines += [f"- {board}: `{system}` did not run: {(complaint.splitlines() or [''])[-1]}" for system, complaint in complaints]
        return ["## Where", "", "\n".join(lines) or "None.", ""]

    def text(self):
        parts = [METHOD, *self.table("Kernel operations, instructions: ours / goal", COMPARED), *self.table("Further", FURTHER),
                 *self.linux_table(), *self.shares_table(), "## Beside the counts", ""]
        for board in self.boards:
            parts += self.beside_table(board)
        return "\n".join(parts + self.notes())


def with_goal(row, board, value):
    goal = row.goal(architecture_of(board))
    text = f"{value:,.0f}"
    if goal is None:
        return text
    return f"**{text}** / {goal:,}" if value > goal else f"{text} / {goal:,}"


def write(boards, measured, ran):
    page = Page(boards, {board: measured.get(board, ([], [])) for board in boards}, ran).text()
    DOCUMENT.write_text(page)
    say(f"wrote {DOCUMENT.relative_to(ROOT)}")
    return 0
