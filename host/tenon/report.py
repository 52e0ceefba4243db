# SPDX-License-Identifier: MIT
"""./tenon report: what each component of a built system costs, and what changed against a saved report.

report.json, which the generator wrote, is where the numbers of the instances come from; the linked kernel's and the image's
sizes are added here. `gather` makes the one dictionary that the table, --json and --against are made of."""

import json

from build import Build, section_bytes
from tree import Failure

FORMAT = 1
# Title of a column and the key of report.json's `bytes`; the bound of a stack is no memory of its own and stands beside them.
COLUMNS = {"image": "image", "data": "data", "stack": "stack", "bound": "stack_bound", "heap": "heap", "buffer": "buffer",
           "shared": "shared", "pool": "pool", "table": "capability_table"}
TOTALS = {"image": "image file", "kernel_text": "kernel text", "kernel": "kernel, its text and tables included",
          "payload": "components' segments in the image", "components": "components' data, stacks, heaps, buffers",
          "pools": "pools", "capability_tables": "capability tables", "page_tables": "page tables, at most",
          "ram": "RAM in all"}
# Title of a column and the key of report.json's `schedule`.
TIMES = {"budget": "budget_ns", "period": "period_ns", "deadline": "deadline_ns", "response": "response_ns",
         "blocked": "blocked_ns", "other CPUs": "away_ns"}
LATER = ("stack_bound",) # what a report that was saved by an earlier version lacks
CHOSEN = ("budget", "period", "deadline") # by the system; that they change is neither better nor worse
NO_TIME = dict.fromkeys(TIMES.values(), 0)
KIB = 1024


def gather(build):
    """{format, system, board, components: {name: {…}}, totals: {…}, memory}: bytes, and counts of capabilities."""
    report = json.loads(build.report.read_text())
    components = {}
    for instance in report["instances"]:
        components[instance["name"]] = {
            "component": instance["component"], "place": instance["place"], "priority": instance["priority"],
            "cpu": instance["cpu"], "capabilities": len(instance["slots"]), "slots": instance["table_size"],
            "bytes": instance["bytes"], "stack_bound": instance["stack"]["bound"], "stack_open": instance["stack"]["open"]}
        if "schedule" in instance:
            components[instance["name"]]["time"] = instance["schedule"]
    made = report["bytes"]
    kernel = section_bytes(build.kernel)
    totals = {"image": build.image("tenon.efi").stat().st_size, "kernel_text": kernel.get(".text", 0),
              "kernel": sum(kernel.values()) - made["payload"], "payload": made["payload"],
              "components": made["components"], "pools": made["pools"], "capability_tables": made["capability_tables"],
              "page_tables": made["page_tables_at_most"]}
    totals["ram"] = sum(value for name, value in totals.items() if name not in ("image", "kernel_text"))
    return {"format": FORMAT, "system": report["system"], "board": report["board"], "components": components,
            "totals": totals, "memory": made["at_least"]}


# ---- for people ------------------------------------------------------------------------------------------------------


def kib(count):
    """KiB, with a digit behind the point only where one is needed; `-` for none at all."""
    return "-" if count == 0 else f"{count // KIB:,}" if count % KIB == 0 else f"{count / KIB:,.1f}"


def cell(one, key):
    """What a component has in a column; a stack that is declared to run past its end has no bound."""
    if key != "stack_bound":
        return kib(one["bytes"][key])
    return "none" if one["stack_open"] else kib(one[key])


def cells_in_all(components):
    """The sums of the columns. Bounds have none: what one stack leaves over is of no use to another."""
    for key in COLUMNS.values():
        yield "" if key == "stack_bound" else kib(sum(one["bytes"][key] for one in components))


def aligned(rows):
    """The first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])


def table(gathered):
    """The lines that a person reads."""
    components, totals = gathered["components"], gathered["totals"]
    yield f"System {gathered['system']} on {gathered['board']}; sizes in KiB"
    yield ""
    rows = [("instance", *COLUMNS, "capabilities", "slots", "priority", "CPU")]
    for name, one in components.items():
        rows.append((name, *(cell(one, key) for key in COLUMNS.values()), str(one["capabilities"]),
                     str(one["slots"]), str(one["priority"]), str(one["cpu"])))
    rows.append(("in all", *cells_in_all(components.values()),
                 str(sum(one["capabilities"] for one in components.values())),
                 str(sum(one["slots"] for one in components.values())), "", ""))
    yield from (line.rstrip() for line in aligned(rows))
    yield ""
    yield from aligned([(text, kib(totals[name])) for name, text in TOTALS.items()]
                       + [("RAM that the board has at least", kib(gathered["memory"]))])
    yield from time_table(gathered)


def millis(nanoseconds):
    """Milliseconds, with as many digits as they need; `-` for none at all."""
    return "-" if nanoseconds == 0 else f"{nanoseconds / 1e6:,.3f}".rstrip("0").rstrip(".")


def share(time):
    """Of a CPU, in parts of a million: what the budget lets it have."""
    return -(-time["budget_ns"] * 10**6 // time["period_ns"]) if time["period_ns"] else 0


def time_table(gathered):
    """CPU time of the instances that a system says something about, CPU by CPU; nothing where there are none."""
    timed = {name: one for name, one in gathered["components"].items() if "time" in one}
    if not timed:
        return
    yield ""
    yield "CPU time; times in ms, response: at most, in every case"
    yield ""
    rows = [("instance", "CPU", "priority", "share", *TIMES)]
    for cpu in sorted({one["cpu"] for one in timed.values()}):
        here = {name: one for name, one in timed.items() if one["cpu"] == cpu}
        for name, one in here.items():
            rows.append((name, str(cpu), str(one["priority"]), f"{share(one['time']) / 10**4:.1f} %",
                         *(millis(one["time"][key]) for key in TIMES.values())))
        rows.append(("in all", str(cpu), "", f"{sum(share(one['time']) for one in here.values()) / 10**4:.1f} %"))
    rows = [row + ("",) * (len(rows[0]) - len(row)) for row in rows]
    yield from (line.rstrip() for line in aligned(rows))


# ---- against a saved one ---------------------------------------------------------------------------------------------


def is_report(saved):
    """Has it all that a comparison looks at?"""
    try:
        numbers = [*costs(saved).values(),
                   *(one[key] for one in saved["components"].values() for key in ("priority", "cpu")),
                   *(one["time"][key] for one in saved["components"].values() if "time" in one for key in TIMES.values())]
        return saved["format"] == FORMAT and isinstance(saved["board"], str) and all(type(n) is int for n in numbers)
    except (AttributeError, KeyError, TypeError):
        return False


def load(path):
    """A report that --json printed earlier."""
    try:
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", 2) from error
    except ValueError as error:
        raise Failure(f"{path} is no JSON: {error}", 2) from error
    if not is_report(saved):
        raise Failure(f"{path} is no report of this version of tenon; `./tenon report --json` prints one", 2)
    return saved


def costs(gathered):
    """{(instance or "", name): number} of all that costs: nothing of it is better when it is more."""
    flat = {("", name): value for name, value in gathered["totals"].items()}
    for name, one in gathered["components"].items():
        flat |= {(name, key): value for key, value in one["bytes"].items()}
        flat |= {(name, key): one[key] for key in ("capabilities", "slots", "stack_bound") if key in one or key not in LATER}
        if "time" in one:
            flat |= {(name, "response, ns"): one["time"]["response_ns"], (name, "share, millionths"): share(one["time"])}
    return flat


def percent(old, new):
    return f"{100 * (new - old) / old:+.1f} %" if old else "from none"


def compare(saved, gathered, allowed):
    """(lines about what changed, does something exceed what is allowed). New instances are judged by the totals."""
    old, new = costs(saved), costs(gathered)
    rows, exceeds = [], False
    for owner, name in [*new, *(key for key in old if key not in new)]:
        before, after = old.get((owner, name), 0), new.get((owner, name), 0)
        known = owner in saved["components"] and owner in gathered["components"] or owner == ""
        if before == after or known and name in LATER and (owner, name) not in old:
            continue
        grown = known and (owner, name) in old and after * 100 > before * (100 + allowed)
        exceeds |= grown
        note = "grew" if grown else "" if known else "new" if owner in gathered["components"] else "gone"
        rows.append((f"{owner or 'in all'}: {name}", f"{before:,}", "->", f"{after:,}", percent(before, after), note))
    for name, one in gathered["components"].items():
        before = saved["components"].get(name, one)
        rows += [(f"{name}: {key}", str(before[key]), "->", str(one[key]), "", "") for key in ("priority", "cpu")
                 if before[key] != one[key]]
        rows += [(f"{name}: {key}", millis(before.get("time", NO_TIME)[field]), "->",
                  millis(one.get("time", NO_TIME)[field]), "", "") for key, field in TIMES.items()
                 if key in CHOSEN and before.get("time", NO_TIME)[field] != one.get("time", NO_TIME)[field]]
    return [line.rstrip() for line in aligned(rows)] if rows else ["nothing changed"], exceeds


def command(options):
    saved = load(options.against) if options.against else None
    build = Build(options.system, options.board, options.variant)
    build.make(quiet=True)
    gathered = gather(build)
    if saved is None:
        print(json.dumps(gathered, indent=1) if options.json else "\n".join(table(gathered)))
        return 0
    if saved["board"] != gathered["board"]:
        raise Failure(f"{options.against} is about {saved['board']}, not {gathered['board']}", 2)
    lines, exceeds = compare(saved, gathered, options.allow)
    print("\n".join(lines))
    return 1 if exceeds else 0
