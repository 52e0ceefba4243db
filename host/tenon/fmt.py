# SPDX-License-Identifier: MIT
"""./tenon fmt: YAML descriptions in one style.

What it decides: indentation by two, lists below their key by two more; one space behind a colon and a comma, none inside
brackets; no space at the end of a line; at most one empty line, none at either end. What it leaves: words, quotation marks,
the order of keys, where lines break, block or brackets, and comments, byte for byte. A comment behind a value stays in its
column where there is room.

It goes line by line. That it changes nothing that is read is not argued but seen: the reader's view of the file is compared
before and after, and a file that would differ is left as it was."""

import json
import pathlib
import re
import subprocess
import tempfile

import generator
from tree import Failure, PROJECT, ROOT, say, shown

# What YAML takes for a space (1.2.2, 6.1), unlike Python, to which a no-break space is one.
BLANKS = " \t\r\n"

BLOCK = re.compile(r"[|>](?:[+-]?([1-9])?|([1-9])[+-])$")
PLACES = ["system.yaml", "components/**/*.yaml", "interfaces/*.yaml", "overlays/*.yaml", "platforms/*/board.yaml",
          "tests/**/*.yaml"]


class Line:
    """One line's words, with their spaces set, and what is open at its end."""

    def __init__(self, text, depth=0, quote=""):
        self.text, self.depth, self.quote = text, depth, quote
        self.out, self.comment, self.column = "", "", 0
        self.block = self.plain = False
        self.lex()

    def lex(self):
        at, text = 0, self.text
        while at < len(text):
            if self.quote:
                at = self.take_quoted(at)
                continue
            char = text[at]
            if char == "#" and (at == 0 or text[at - 1] in " \t"):
                self.comment, self.column = text[at:], at
                break
            if char in " \t":
                at = self.take_spaces(at)
            elif char in "\"'" and self.begins_word():
                self.quote = char
                self.out += char
                at += 1
            elif char in "{[" and (self.depth or self.begins_word()):
                self.depth += 1
                self.out += char
                at = self.skip(at + 1)
            elif self.depth and char in "}],":
                at = self.take_closing(at)
            elif char == ":" and (at + 1 == len(text) or text[at + 1] in " \t" or (self.depth and text[at + 1] in "{}[],")):
                self.out = self.out.rstrip(BLANKS) + ":"
                at = self.skip(at + 1)
                if at < len(text):
                    self.out += " "
            else:
                self.out += char
                at += 1
        self.out = self.out.rstrip(BLANKS) if not self.quote else self.out
        word = re.split(r"(?:^|[:-]) ", self.out)[-1]
        self.block = not self.depth and not self.quote and bool(BLOCK.match(word))
        self.plain = not self.depth and not self.quote and bool(word) and word[-1] not in ":]}\"'" and not self.block and \
            not self.comment

    def begins_word(self):
        return not self.out or self.out[-1] in " {[,"

    def skip(self, at):
        while at < len(self.text) and self.text[at] in " \t":
            at += 1
        return at

    def take_quoted(self, at):
        if self.text[at] == "\\" and self.quote == '"':
            self.out += self.text[at:at + 2]
            return at + 2
        if self.text[at] == self.quote:
            if self.quote == "'" and self.text[at + 1:at + 2] == "'":
                self.out += "''"
                return at + 2
            self.quote = ""
            self.out += self.text[at]
            return at + 1
        self.out += self.text[at]
        return at + 1

    def take_spaces(self, at):
        """Inside a word they are its own; before a sign, or the end, they go."""
        end = self.skip(at)
        rest = self.text[end:]
        colon = re.match(r":(?=[ \t]|$)", rest)
        if rest and rest[0] != "#" and not colon and not (self.depth and rest[0] in "}],") and not self.out.endswith(" "):
            self.out += self.text[at:end] if self.out else ""
        return end

    def take_closing(self, at):
        char = self.text[at]
        if not self.out.endswith(": "):  # {name: } is no name with a colon in it
            self.out = self.out.rstrip(BLANKS) if self.out.strip(BLANKS) else self.out
        if char == ",":
            self.out += ","
            end = self.skip(at + 1)
            self.out += " " if end < len(self.text) and self.text[end] != "#" else ""
            return end
        self.depth -= 1
        self.out += char
        return at + 1

    def print(self, indent, old_indent):
        out = " " * indent + self.out
        if not self.comment:
            return out if self.quote else out.rstrip(BLANKS)
        if not self.out:
            return " " * indent + self.comment
        return out.ljust(max(len(out) + 2, old_indent + self.column)) + self.comment


class Formatter:
    def __init__(self, text):
        self.lines = text.split("\n")
        self.out = []
        self.levels = []      # (old indent, is a list, new indent), the outermost first
        self.comments = []    # whole lines of comments that wait for what they speak of
        self.at = 0

    def format(self):
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            stripped = line.strip(BLANKS)
            if not stripped:
                self.comments.append(None)
            elif stripped.startswith("#"):
                self.comments.append(line)
            elif re.match(r"(---|\.\.\.)([ \t]|$)", line):
                self.put_comments(0, 0, [])
                self.out.append(line.rstrip(BLANKS))
                self.levels = []
            else:
                self.node(line)
        self.put_comments(-1, 0, self.levels)
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(self.out)) if not self.has_blocks else "\n".join(self.out)
        return text.strip("\n") + "\n"

    has_blocks = False

    def enter(self, old, is_list):
        """The new indentation of a line that begins in column `old`."""
        while self.levels and (self.levels[-1][0] > old or (self.levels[-1][0] == old and self.levels[-1][1] and not is_list)):
            self.levels.pop()
        if not self.levels or self.levels[-1][:2] != (old, is_list):
            self.levels.append((old, is_list, self.levels[-1][2] + 2 if self.levels else 0))
        return self.levels[-1][2]

    def put_comments(self, old, new, before):
        """Those above a line: with it, or where the block ends that they closed."""
        for comment in self.comments:
            if comment is None:
                if self.out and self.out[-1] != "":
                    self.out.append("")
                continue
            indent = len(comment) - len(comment.lstrip(BLANKS))
            ended = [level[2] for level in before if level[0] == indent]
            where = ended[-1] if ended and indent > old else max(new, 0)
            self.out.append(" " * where + comment.lstrip(BLANKS))
        self.comments = []

    def node(self, line):
        text = line.lstrip(" ")
        old = first_old = len(line) - len(text)
        before = list(self.levels)
        dashes = ""
        while text == "-" or text.startswith("- "):
            new = self.enter(old, True)
            if not dashes:
                first = new
            rest = text[1:].lstrip(" ")
            dashes += "- " if rest else "-"
            old += len(text) - len(rest) if rest else 1
            text = rest
        mapping = bool(re.match(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^ \t#{\["'][^#]*?|[^ \t#{\["'])[ \t]*:(?:[ \t]|$)""", text))
        if mapping:
            new = self.enter(old, False)
            if not dashes:
                first = new
        elif not dashes:
            first = self.levels[-1][2] + 2 if self.levels else 0
        self.put_comments(first_old, first, before)
        words = Line(text)
        parent_old, parent_new = self.levels[-1][0] if self.levels else -1, self.levels[-1][2] if self.levels else -2
        shown_line = Line.print(words, first + len(dashes), old)
        if dashes:
            shown_line = " " * first + (dashes + shown_line.lstrip(" ") if words.out or words.comment else dashes)
        self.out.append(shown_line)
        if words.block:
            self.block_text(words, parent_old, parent_new)
        elif words.depth or words.quote:
            self.follow(words, first - first_old, parent_new)
        elif words.plain:
            self.plain_text(parent_old, parent_new)

    def block_text(self, words, parent_old, parent_new):
        """The lines of a | or > text: moved together."""
        self.has_blocks = True
        found = BLOCK.match(re.split(r"(?:^|[:-]) ", words.out)[-1])
        digit = found[1] or found[2]
        first = next((line for line in self.lines[self.at:] if line.strip(BLANKS)), "")
        base = parent_old + int(digit) if digit else len(first) - len(first.lstrip(" "))
        move = parent_new + (int(digit) if digit else 2) - base
        while self.at < len(self.lines):
            line = self.lines[self.at]
            indent = len(line) - len(line.lstrip(" "))
            if line.strip(" ") and indent <= parent_old:
                break
            self.out.append(" " * (indent + move) + line.lstrip(" ") if line.strip(" ") else line[base:] and " " * (len(line) + move))
            self.at += 1
        trailing = 0
        while self.out and not self.out[-1]:
            self.out.pop()
            trailing += 1
        kept = "+" in re.split(r"(?:^|[:-]) ", words.out)[-1]
        self.out += [""] * (trailing if kept else min(trailing, 1 if self.at < len(self.lines) else 0))

    def follow(self, words, move, parent_new):
        """Lines of brackets or quotation marks that are still open."""
        while self.at < len(self.lines) and (words.depth or words.quote):
            line = self.lines[self.at]
            self.at += 1
            text = line.lstrip(" \t")
            quoted, depth = words.quote, words.depth
            words = Line(text, depth, quoted)
            old = len(line) - len(text)
            if not text.strip(BLANKS):
                self.out.append("")
            else:
                self.out.append(words.print(max(old + move, parent_new + 1), old + move))

    def plain_text(self, parent_old, parent_new):
        """Further lines of a plain text."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            text = line.strip(BLANKS)
            indent = len(line) - len(line.lstrip(" "))
            if not text and self.goes_on(parent_old):
                self.out.append("")
            elif text and indent > parent_old and not text.startswith("#"):
                words = re.match(r"(.*?)([ \t]+#.*)?$", text)
                self.out.append(" " * (parent_new + 2) + text)
                if words[2]:
                    self.at += 1
                    return
            else:
                return
            self.at += 1

    def goes_on(self, parent_old):
        rest = next((line for line in self.lines[self.at:] if line.strip(BLANKS)), "")
        return len(rest) - len(rest.lstrip(" ")) > parent_old and not rest.lstrip(BLANKS).startswith("#")


def parse(path):
    """What the reader sees; None after its message."""
    done = subprocess.run([str(generator.ready()), "parse", str(path)], stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def formatted(path):
    """The text that a description should have; None after a message of the reader's. Its own text where that is not safe."""
    before = parse(path)
    if before is None:
        return None
    text = path.read_bytes().decode()
    if "\r" in text or "\t" in text:
        plain = text.replace("\r\n", "\n")
        new = Formatter(plain).format() if "\t" not in plain and "\r" not in plain else text
    else:
        new = Formatter(text).format()
    if new == text:
        return text
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", newline="") as copy:
        copy.write(new)
        copy.flush()
        after = parse(copy.name)
    if after != before:
        say(f"{shown(path)}: left as it is: formatted it would say something else; please report this file")
        return text
    return new


def all_files():
    top = PROJECT or ROOT
    if (top / ".git").exists():
        done = subprocess.run(["git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PLACES],
                              stdout=subprocess.PIPE, text=True, check=False)
        listed = [top / name for name in done.stdout.split("\0") if name]
        if done.returncode == 0 and listed:
            return [path for path in listed if path.exists() and not {"reject", "many"} & set(path.parts)]
    return sorted({path for place in PLACES for path in top.glob(place)})


def command(options):
    paths = [pathlib.Path(name) for name in options.files] or all_files()
    refused = changed = 0
    for path in paths:
        if not path.exists():
            raise Failure(f"there is no file {path}")
        text = formatted(path)
        if text is None:
            refused += 1
        elif text != path.read_bytes().decode():
            changed += 1
            print(shown(path))
            if not options.check:
                path.write_bytes(text.encode())
    if options.check and changed:
        say(f"{changed} of {len(paths)} files are not in the style: ./tenon fmt")
    return 1 if refused or (options.check and changed) else 0
