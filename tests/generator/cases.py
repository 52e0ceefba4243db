# SPDX-License-Identifier: MIT
"""The cases of reject/: folders with a description that is wrong in one way; and those of many/, wrong in several.

A file FILE.template becomes FILE: a line "<FIRST..LAST> TEXT" is repeated, with {n} the number and {p} the one before.
`arguments`, where it is there, is added to the command line; `expected` is the whole message. Where there is a file `elf`,
compose accepts the case, and layout refuses it with small ELFs, some of another description (run_rejects says which), or with
the program of a file program.c. A case with a folder `right`
is the example of its rule: what lies in `right`, put over the case, makes it a description that is accepted.
"""

import pathlib
import re
import shutil

HERE = pathlib.Path(__file__).resolve().parent
REPEATED = re.compile(r"<(\d+)\.\.(\d+)> (.*)")
ERROR = re.compile(r"^(?:(.*):\d+:\d+|tenon-gen): error: .* \[([a-z-]+)\]$", re.M)


def cases(folder="reject"):
    return sorted(path for path in (HERE / folder).iterdir() if path.is_dir())


def repeat(found, number):
    return found[3].replace("{n}", str(number)).replace("{p}", str(number - 1))


def expand(template, shortened=False):
    """The text that a template stands for; shortened to the first and the last of what is repeated, for a reader."""
    lines = []
    for line in template.read_text().splitlines():
        found = REPEATED.match(line)
        if not found:
            lines.append(line)
        elif shortened:
            first, last = repeat(found, int(found[1])), repeat(found, int(found[2]))
            lines += [first, re.match(r" *", first)[0] + "# … and so on, to", last]
        else:
            lines += [repeat(found, number) for number in range(int(found[1]), int(found[2]) + 1)]
    return "\n".join(lines) + "\n"


def arguments(folder, otherwise=()):
    path = folder / "arguments"
    return path.read_text().split() if path.exists() else list(otherwise)


def put(folder, work):
    """Copies a case, or its right version over it, into a folder, and expands the templates."""
    shutil.copytree(folder, work, ignore=shutil.ignore_patterns("expected", "arguments", "elf", "right", "built"), dirs_exist_ok=True)
    for template in work.rglob("*.template"):
        template.with_suffix("").write_text(expand(template))


def expected_rule(case):
    """The rule that the case breaks, or None."""
    path = case / "expected"
    found = ERROR.search(path.read_text()) if path.exists() else None
    return found[2] if found else None
