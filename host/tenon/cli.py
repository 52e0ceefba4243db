# SPDX-License-Identifier: MIT
"""The command line of ./tenon."""

import argparse
import importlib
import sys

from tree import DEFAULT_BOARD, DEFAULT_SYSTEM, Failure, say

DESCRIPTION = "Composes an operating system from a declarative description and boots it."
EPILOGUE = """examples:
  ./tenon run                                   boot the default system, interactively
  echo components | ./tenon run                 feed the console; end of input powers off
  ./tenon run --board qemu_riscv64 --system tests/systems/tiny.yaml
  ./tenon new component blinker                 a folder that builds as it is

exit status: of run, the N of the guest's last line `tenon: end N`, or 2 without one;
of everything else 0, or 1 after a message that says what is wrong, or 2 for a wrong command line.
NO_COLOR in the environment turns colours off."""


def add_target(parser, default_board=DEFAULT_BOARD):
    parser.add_argument("--board", default=default_board, help=f"a folder of platforms/ (default {DEFAULT_BOARD})")
    parser.add_argument("--system", default=str(DEFAULT_SYSTEM), metavar="FILE",
                        help="the system description (default system.yaml, of the folder that you work in if it is one of "
                             "`new system`)")
    parser.add_argument("--variant", action="append", default=[], metavar="OVERLAY",
                        help="an overlay of the system to be laid on it (may be repeated)")


def make_parser():
    parser = argparse.ArgumentParser(prog="./tenon", description=DESCRIPTION, epilog=EPILOGUE,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def add(name, text):
        return commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")

    run = add("run", "build a system and boot it in the board's emulator")
    add_target(run)
    run.add_argument("--out", metavar="DIR", help="copy images and reports there, too")
    run.add_argument("--stay", action="store_true", help="the end of piped input does not power off")
    run.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="stop the emulator after so long")
    run.add_argument("--cpus", type=int, help="number of CPUs (default: the board's)")
    run.add_argument("--disk", metavar="NAME=FILE", action="append", default=[],
                     help="the medium of a disk of the board, which the system writes to (default: an empty one, which stays)")
    run.add_argument("--forward", metavar="[udp/]HOST:GUEST", action="append", default=[],
                     help="a port of 127.0.0.1 that leads to one of the guest's network, such as 8080:80")

    build = add("build", "build a system into a bootable image")
    add_target(build)
    build.add_argument("--out", metavar="DIR", help="copy images and reports there")
    build.add_argument("--sizes", action="store_true", help="print the size of each part")
    build.add_argument("--json", action="store_true", help="print the sizes as JSON")

    test = add("test", "run the tests")
    test.add_argument("names", nargs="*", metavar="NAME", help="a component, for its tests; or a word, for all tests whose name contains it")
    test.add_argument("--system", default=str(DEFAULT_SYSTEM), metavar="FILE",
                      help="the system whose components are meant (default: as of the other commands)")
    test.add_argument("--board", action="append", help="only this board (may be repeated)")
    test.add_argument("--full", action="store_true", help="the large counts instead of a slice of them")
    test.add_argument("--list", action="store_true", help="print the names, run nothing")

    check = add("check", "check a description; print nothing when it is right")
    add_target(check)
    check.add_argument("--format", choices=["text", "json"], default="text",
                       help="json: the messages as docs/reference/messages.md describes them, for editors and CI")
    check.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")

    report = add("report", "print what each component costs: image, memory, capabilities")
    add_target(report)
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, to be saved and given to --against later")
    form.add_argument("--against", metavar="FILE",
                      help="print what changed since that JSON; status 1 where a cost grew beyond --allow")
    report.add_argument("--allow", type=float, default=0, metavar="PERCENT",
                        help="with --against: how much each cost may grow (default 0)")

    graph = add("graph", "draw who calls whom, as SVG and as an HTML page that says more of what is clicked")
    add_target(graph)
    graph.add_argument("-o", "--out", metavar="FILE",
                       help="only this file, whose name ends in .svg or .html (default: both, in the build folder)")

    diff = add("diff", "name what changed between two versions of an interface file, and say whether clients break")
    diff.add_argument("old", metavar="OLD", help="the file as it was")
    diff.add_argument("new", metavar="NEW", help="the file as it is")
    diff.add_argument("--format", choices=["text", "json"], default="text")
    diff.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")

    flatten = add("flatten", "print a system with composites opened and overlays laid on it, and whose each value is")
    add_target(flatten)
    flatten.add_argument("--why", metavar="KEY", help="only this key, and what was replaced there")

    why = add("why", "print how one part of a system may influence another; without words what its assertions trust")
    add_target(why)
    why.add_argument("words", nargs="*", metavar="A B",
                     help="two instances, composites or lists; or one word, \"A -> B except through C\"")
    why.add_argument("--format", choices=["text", "json"], default="text",
                     help="json: the steps as docs/reference/messages.md describes them")
    why.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")

    explain = add("explain", "say more: the page of a rule, or what lies at an address or behind a handle")
    explain.add_argument("words", nargs="*", metavar="RULE|PLACE",
                         help="a rule, which stands in brackets at the end of a message (none: list them); or, of a system "
                              "that was built, 0xADDRESS, INSTANCE:0xADDRESS, INSTANCE:HANDLE, or lines of the console; - reads "
                              "such lines from the standard input")
    add_target(explain)

    fmt = add("fmt", "write descriptions in one style; comments and what is read stay as they are")
    fmt.add_argument("files", nargs="*", metavar="FILE", help="descriptions (default: all of the folder of the system)")
    fmt.add_argument("--check", action="store_true", help="only print what would change; status 1 where something would")

    add("boards", "list the boards")

    debug = add("debug", "start the emulator stopped, and gdb with every ELF loaded")
    add_target(debug)
    debug.add_argument("instance", nargs="?", help="break at this instance's component_start")
    debug.add_argument("--batch", metavar="FILE", help="run gdb commands from FILE and leave")

    bench = add("bench", "count guest instructions")
    bench.add_argument("names", nargs="*", metavar="NAME", help="a row or a system of tests/bench (default: all)")
    bench.add_argument("--board", action="append",
                       help=f"may be repeated; `all` is the three of the document (default {DEFAULT_BOARD})")
    bench.add_argument("--json", action="store_true", help="one JSON object per board, a line each")
    bench.add_argument("--functions", action="store_true", help="the functions that take most of each row of disks and files")
    bench.add_argument("--document", action="store_true", help="run all, or what is named, and write it into docs/performance.md")

    new = add("new", "make a file or folder to start from")
    new.add_argument("kind", choices=["interface", "component", "system"])
    new.add_argument("name", help="its name; of a system its folder, which may lie anywhere")
    new.add_argument("--in", dest="folder", default=".", metavar="DIR", help="where (default: here)")

    completion = add("completion", "print what makes a shell complete commands, options and names")
    completion.add_argument("shell", choices=["bash", "zsh", "fish", "words"],
                            help="the shell; `words` is what its script asks: the words typed, of which the last is not finished")
    completion.add_argument("typed", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)

    add("clean", "remove build/")
    return parser


def main(arguments):
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return importlib.import_module(options.command).command(options)
    except Failure as failure:
        if str(failure):
            say(str(failure))
        return failure.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        say(f"{error.filename or 'the output'}: {error.strerror or error}")
        return 1
