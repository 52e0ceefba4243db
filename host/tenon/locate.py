# SPDX-License-Identifier: MIT
"""From an address, a handle or a line of the console to instance, function and line of YAML, in a system that was built."""

import difflib
import json
import re
import subprocess

from build import Build
from tree import Failure, shown

SYMBOLIZER = "llvm-symbolizer-19"
RIGHTS = {1: "read", 2: "write", 4: "execute"}
PAGE_BYTES = 4096
STACK_GUARD_BYTES = 64 * 1024  # further below a stack a fault has most likely another cause
INDEX_BITS = 24  # TENON_HANDLE_INDEX_BITS: above them stands the generation, which changes when a slot is used again
ADDRESS = re.compile(r"\b0x[0-9a-f]+\b", re.I)
LOGGED = re.compile(r"^.*?\[ *\d+\.\d+\] (?:debug|info|warning|error) +[\w.]+: ?")  # when, how grave and whose a line of the log is
STEP = re.compile(r"\s*(?:at|from) (0x[0-9a-f]+) (\w+)", re.I)  # of a fault: where it was, and a caller


def is_place(word):
    """Names of rules have neither digits nor anything but letters and dashes."""
    return re.fullmatch(r"[a-z-]+", word) is None


def rights(bits):
    return " and ".join(text for bit, text in RIGHTS.items() if bits & bit)


def function(elf, address):
    """Name and line of the function that an address lies in, or nothing."""
    done = subprocess.run([SYMBOLIZER, f"--obj={elf}", "--no-inlines", hex(address)], stdout=subprocess.PIPE, text=True,
                          check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) < 2 or lines[0] == "??":
        return ""
    path, line = lines[1].split(":")[:2]
    return f"{lines[0]}, {shown(path)}:{line}" if path != "??" else lines[0]


def explain_address(build, report, address, instance, back):
    """Lines about an address, in one instance or in all that have it. `back` is 1 for a return address."""
    for owner in report["instances"]:
        if instance not in (None, owner["name"]):
            continue
        for mapping in owner["mappings"]:
            if not 0 <= address - int(mapping["address"], 16) < mapping["size"]:
                continue
            region = report["regions"][mapping["region"]]
            yield f"{owner['name']} {hex(address)}: in {region['name']} ({rights(mapping['rights'])}), {mapping['place']}"
            inside = function(build.instances()[owner["name"]], address - back) if mapping["rights"] & 4 else ""
            if inside:
                yield f"  function {inside}, of the component {owner['component']}"
    if instance is None and address >= PAGE_BYTES and (inside := function(build.kernel, address - back)):
        yield f"kernel {hex(address)}: function {inside}"


def below_stack(report, address, instance):
    """A line for each instance whose stack ends at most so far above an address: it grew past its end."""
    for owner in report["instances"]:
        for mapping in owner["mappings"]:
            under = int(mapping["address"], 16) - address
            if (instance == owner["name"] and report["regions"][mapping["region"]]["name"] == f"{instance}.stack"
                    and 0 < under <= STACK_GUARD_BYTES):
                yield (f"  {hex(address)} is {under} bytes below the stack of {instance} ({mapping['size'] // 1024} KiB, {mapping['place']}), "
                       "which was too small")


def explain_handle(report, instance, number):
    owner = next(one for one in report["instances"] if one["name"] == instance)
    index = number & (1 << INDEX_BITS) - 1
    for slot in owner["slots"]:
        if slot["slot"] == index:
            yield f"{instance} slot {index}: {slot['type_name']}, {slot['what']}, {slot['place']}"
            return
    if 0 < index < owner["table_size"]:
        yield f"{instance} slot {index}: free when the system starts, for what is made or given at run time"
    else:
        yield f"{instance} slot {index}: there is none, its table has the slots 1 to {owner['table_size'] - 1}"


def subject(text, report):
    """The instance that a line speaks of, or None. Who wrote it to the log is not: that is most often the supervisor."""
    text = LOGGED.sub("", text)
    names = {instance["name"]: instance["name"] for instance in report["instances"]}
    named = [name for name in re.findall(r"\b([\w.]+):", text) if name in names]
    if named:
        return named[-1]
    places = {instance["place"]: instance["name"] for instance in report["instances"]}
    described = re.match(r"\s*component [\w.]+, (\S+)$", text)
    return places.get(described[1]) if described else None


def by_function(build, report, address, back, name):
    """Instances in which a function of that name lies at an address."""
    found = []
    for owner in report["instances"]:
        here = any(mapping["rights"] & 4 and 0 <= address - int(mapping["address"], 16) < mapping["size"] for mapping in owner["mappings"])
        if here and function(build.instances()[owner["name"]], address - back).partition(",")[0] == name:
            found.append(owner["name"])
    return found


def explain_line(build, report, text, instance):
    """Lines about the addresses of a line of the console; `instance` is the one that it speaks of, where that is known."""
    addresses = [int(found, 16) for found in ADDRESS.findall(text)]
    text = LOGGED.sub("", text)
    back = 1 if re.search(r"(^|\s\s)from 0x", text) else 0  # "  from 0x…" is a caller; "fetch from 0x…" is none
    step = STEP.match(text)
    if step and instance is None:
        owners = by_function(build, report, int(step[1], 16), back, step[2])
        instance = owners[0] if len(owners) == 1 else None
    lines = [line for address in addresses for line in explain_address(build, report, address, instance, back)]
    if addresses and not lines:
        lines = [f"nothing lies at {', '.join(map(hex, addresses))} in {instance or 'any instance'} when the system starts"]
        if min(addresses) < PAGE_BYTES:
            lines.append("  the first page is never mapped: a pointer that is NULL, or a member of what it should point to")
    return lines + [line for address in addresses for line in below_stack(report, address, instance)]


def described(report, name):
    owner = next(one for one in report["instances"] if one["name"] == name)
    return f"{name}: an instance of the component {owner['component']}, {owner['place']}"


def explain_lines(build, report, lines):
    """Lines about several lines of the console: what follows a line that names an instance, indented, speaks of it too."""
    instance, told = None, set()
    for text in lines:
        said = LOGGED.sub("", text.rstrip())
        instance = subject(text, report) or (instance if said.startswith("  ") else None)
        if instance and instance not in told:
            told.add(instance)
            yield described(report, instance)
        yield from explain_line(build, report, text.rstrip(), instance)


def explain(word, options):
    """The lines about one place, or about lines of the console."""
    build = Build(options.system, options.board, options.variant)
    if not build.report.exists():
        raise Failure(f"{shown(build.system)} is not built for {options.board}: ./tenon build writes what this is read from")
    report = json.loads(build.report.read_text())
    names = [instance["name"] for instance in report["instances"]]
    handle = re.fullmatch(r"([\w.]+):(\d+)", word)
    if handle and handle[1] in names:
        return list(explain_handle(report, handle[1], int(handle[2])))
    lines = list(explain_lines(build, report, word.splitlines()))
    if not lines:
        near = difflib.get_close_matches(word.split(":")[0], names, 1)
        raise Failure(f"\"{word}\" is neither a rule nor 0xADDRESS, INSTANCE:0xADDRESS, INSTANCE:HANDLE or a line with an "
                      f"address; instances are {', '.join(names)}" + (f"\ndid you mean \"{near[0]}\"?" if near else ""), 2)
    return lines
