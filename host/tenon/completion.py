# SPDX-License-Identifier: MIT
"""./tenon completion: what a shell offers while a person types. The script of each shell asks `tenon completion words`, which
looks at the command line's own table (cli.py), so that there is no second list of commands and options.

Where files are wanted, or nothing is known, the shell completes files. Nothing is built for an answer."""

import argparse
import json
import pathlib
import subprocess

import bench_rows
import generator
from tree import PROJECT, ROOT

BASH = """# Tenon: eval "$(./tenon completion bash)"
_tenon() {
	local IFS=$'\\n' words
	words=$("${COMP_WORDS[0]}" completion words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || words=
	COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tenon tenon ./tenon
"""
ZSH = """# Tenon: eval "$(./tenon completion zsh)", after compinit
_tenon() {
	local -a offered
	offered=("${(@f)$("${words[1]}" completion words "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n "${offered[*]}" ]]; then compadd -- "${offered[@]}"; else _files; fi
}
compdef _tenon tenon ./tenon
"""
FISH = """# Tenon: ./tenon completion fish | source
function __tenon
	set -l typed (commandline -opc) (commandline -ct)
	$typed[1] completion words $typed[2..-1] 2>/dev/null
end
complete -c tenon -a '(__tenon)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def names(folder, pattern):
    return sorted(path.stem if path.is_file() else path.name for path in folder.glob(pattern))


def ask(*words):
    """What tenon-gen prints, where it was built; else nothing."""
    if not generator.PROGRAM.exists():
        return ""
    return subprocess.run([str(generator.PROGRAM), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False).stdout


def instances(options):
    """Those that the system's file names: composites are not opened."""
    text = ask("parse", options["--system"])
    keys = {item["key"]: item for item in json.loads(text).get("map", [])} if text else {}
    return [item["key"] for item in keys.get("components", {}).get("map", [])]


def folders(folder, pattern):
    """The names of the folders that hold such a file."""
    return sorted(path.parent.name for path in folder.glob(pattern))


def boards(_):
    return folders(ROOT, "platforms/*/board.yaml")


def tests(_):
    if PROJECT:
        return folders(PROJECT, "tests/*/test.toml")
    return ["host", *names(ROOT / "tests" / "tree", "*"), *folders(ROOT, "tests/boot/*/test.toml")]


def rules(_):
    return names(ROOT / "docs" / "errors", "*.md")


# What is offered for an option's or a word's value, by command and name; `choices` of the table come by themselves.
VALUES = {
    ("", "--board"): boards,
    ("", "--variant"): lambda options: names(pathlib.Path(options["--system"]).parent / "overlays", "*.yaml"),
    ("test", "names"): tests,
    ("bench", "names"): lambda _: sorted({row.name for row in bench_rows.ROWS} | set(names(ROOT / "tests" / "bench", "*"))),
    ("explain", "words"): lambda options: rules(options) + [f"{name}:" for name in instances(options)],
    ("why", "words"): instances,
    ("debug", "instance"): instances,
}


def offer(command, action, options):
    if action.choices and not isinstance(action, argparse._SubParsersAction):  # argparse names it nowhere else
        return [str(choice) for choice in action.choices]
    for key in ((command, action.dest), *[("", name) for name in action.option_strings]):
        if key in VALUES:
            return VALUES[key](options)
    return []


def offered(parser, typed, system):
    """All that may stand in place of the last word typed; none where files may."""
    *before, last = typed or [""]
    options = {"--system": system}
    command, waiting, positional = "", None, 0
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
    known = parser
    for word in before:
        if waiting is not None:
            options[waiting.option_strings[0]] = word
            waiting = None
        elif word.startswith("-"):
            action = known._option_string_actions.get(word)
            waiting = action if action is not None and action.nargs != 0 else None
        elif not command:
            command = word
            known = commands.get(word)
            if known is None:
                return []
        else:
            positional += 1
    if waiting is not None:
        return offer(command, waiting, options)
    if last.startswith("-"):
        return sorted(known._option_string_actions)
    if not command:
        return sorted(commands)
    wanted = [action for action in known._actions if not action.option_strings]
    if not wanted:
        return []
    action = wanted[min(positional, len(wanted) - 1)]
    return offer(command, action, options) if positional < len(wanted) or action.nargs == "*" else []


def command(options):
    if options.shell != "words":
        print(SCRIPTS[options.shell], end="")
        return 0
    import cli
    for word in offered(cli.make_parser(), options.typed, str(cli.DEFAULT_SYSTEM)):
        print(word)
    return 0
