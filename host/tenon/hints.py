# SPDX-License-Identifier: MIT
"""What compiler and linker say of a component, in the words of its description: which handler is missing and from which
line of YAML it comes, and which one a function was perhaps meant to be."""

import difflib
import re

FAILED = re.compile(r"FAILED: .*?\bcomponents/([\w.]+?)\.elf\b")
UNDEFINED = re.compile(r"undefined symbol: (\w+)")
UNDECLARED = re.compile(r"no previous prototype for function '(\w+)'")
NO_HEADER = re.compile(r"fatal error: '([\w/.]+)' file not found")
PROTOTYPE = re.compile(r"(?:^/\* (?P<doc>[^\n]*?) ?\*/\n)?^(?P<line>[a-z][\w *]*?\b(?P<name>\w+)\([^\n]*\);)\n", re.MULTILINE)
DEFINITION = re.compile(r"^[a-z][\w *]*?\b(\w+)\([^\n;]*\)\n\{", re.MULTILINE)
C_LIBRARY = ["stdio.h", "stdlib.h", "math.h", "errno.h", "time.h", "ctype.h", "string.h", "unistd.h"]


def wanted(gen, instance):
    """The functions that an instance's component has to define, {name: (comment or None, prototype)}."""
    try:
        header = (gen / instance / "component.h").read_text(encoding="utf-8")
        glue = (gen / instance / f"{instance}.glue.c").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    own = set(DEFINITION.findall(glue))
    return {match["name"]: (match["doc"], match["line"]) for match in PROTOTYPE.finditer(header)
            if match["name"] not in own and not match["line"].startswith(("static ", "typedef "))}


def hint(line, gen, instance):
    """Lines about one line of output, or none."""
    if match := UNDEFINED.search(line):
        doc, prototype = wanted(gen, instance).get(match[1], (None, None))
        if prototype:
            return [f"{instance} does not define {match[1]}, which its description asks for: {doc or ''}", f"  {prototype}"]
    elif match := UNDECLARED.search(line):
        names = wanted(gen, instance)
        near = difflib.get_close_matches(match[1], names, 1, 0.5)
        if near:
            doc, prototype = names[near[0]]
            return [f"{match[1]} is none of the functions that {instance} has to define; did you mean {near[0]}? {doc or ''}",
                    f"  {prototype}", "a function of this file alone is `static`"]
    elif (match := NO_HEADER.search(line)) and match[1] in C_LIBRARY:
        return [f"{match[1]} is of the C library: `libc: musl` in the component's description links it; without it there are "
                "<tenon/string.h> and <tenon/print.h>"]
    return []


def hints(output, gen):
    """Lines to add below what Ninja printed, each once."""
    instance, found = None, []
    for line in output:
        if match := FAILED.match(line):
            instance = match[1]
        for text in hint(line, gen, instance) if instance else []:
            if text not in found:
                found.append(text)
    return found
