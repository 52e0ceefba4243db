# SPDX-License-Identifier: MIT
"""ELFs for layout: one without a compiler, and programs of one file."""

import ast
import pathlib
import re
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILE = ["clang-19", "--target=x86_64-linux-gnu", "-O2", "-ffreestanding", "-fno-pic", "-mno-sse", "-fno-stack-protector",
           "-nostdlib", "-static", "-fuse-ld=lld", "-Wl,--build-id=none", "-Wl,-z,separate-code", "-Wl,--emit-relocs",
           "-Wl,-T," + str(ROOT / "runtime" / "component.ld"), "-I", ROOT / "runtime" / "include"]


def contract(glue):
    """What glue says that its ports were compiled with, as it stands in the section of the ELF."""
    found = re.search(r"glue_contract\[\].*?=(.*?);\n", glue.read_text(), re.S)
    return "".join(ast.literal_eval(line.strip()) for line in found[1].split("\n") if line.strip()).encode() + b"\0" if found else b""


def elf(contract=b""):
    """The smallest ELF that layout takes: constants, code with one function, data with a tail of zeros."""
    base, page = 0x200000, 0x1000
    segments = [(4, 0x1000, base, b"constants\0", 10), (5, 0x2000, base + page, b"\xc3" * 16, 16),
                (6, 0x3000, base + 2 * page, b"data", 0x1800)]
    names = b"\0main\0"
    symbols = bytes(24) + struct.pack("<IBBHQQ", 1, 2, 0, 1, base + page, 16)
    names_at, section_names = 0x6000 + len(contract), b"\0.tenon.contract\0"
    sections = [(0, 0, 0, 0, 0), (2, 0x4000, len(symbols), 2, 24), (3, 0x4100, len(names), 0, 0),
                (3, names_at, len(section_names), 0, 0), (1, 0x6000, len(contract), 0, 0)]
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, base + page, 64, 0x5000, 0, 64, 56, 3, 64, len(sections), 3)
    data = bytearray(names_at + len(section_names))
    data[:len(head)] = head
    for i, (flags, offset, address, content, size) in enumerate(segments):
        data[64 + 56 * i:64 + 56 * (i + 1)] = struct.pack("<IIQQQQQQ", 1, flags, offset, address, address, len(content),
                                                          size, page)
        data[offset:offset + len(content)] = content
    data[0x4000:0x4000 + len(symbols)] = symbols
    data[0x4100:0x4100 + len(names)] = names
    data[0x6000:names_at] = contract
    data[names_at:] = section_names
    for i, (kind, offset, size, link, entry) in enumerate(sections):
        data[0x5000 + 64 * i:0x5000 + 64 * (i + 1)] = struct.pack("<IIQQQQIIQQ", kind == 1, kind, 0, 0, offset, size, link, 0, 8, entry)
    return bytes(data)


def given(case, name):
    """Is the ELF of that instance given to layout? NAME.elf.txt may say that it is `not given`."""
    said = case / f"{name}.elf.txt"
    return not said.exists() or said.read_text().strip() != "not given"


def spoil(case, name, file):
    """Changes an ELF as NAME.elf.txt of a case says, lines `AT: BYTES`, both hexadecimal; `absent` removes it. A file gen.txt that
    says `changed` stands for headers and glue that somebody has changed; see spoil_gen()."""
    said = case / f"{name}.elf.txt"
    if not said.exists():
        return
    if said.read_text().strip() == "absent":
        file.unlink()
        return
    data = bytearray(file.read_bytes())
    for at, octets in re.findall(r"^(0x[0-9a-f]+): ((?:[0-9a-f]{2} ?)+)", said.read_text(), re.M):
        octets = bytes.fromhex(octets)
        data[int(at, 16):int(at, 16) + len(octets)] = octets
    file.write_bytes(data)


def spoil_gen(case, gen):
    said = case / "gen.txt"
    if said.exists() and said.read_text().strip() == "changed":
        (gen / "plan").write_text("another plan\n")


def elf_of(case, gen, name, to):
    """The ELF of an instance as the file `to`: the program of a case, program.c, or the smallest where it has none, with what the
    glue in `gen` was compiled with."""
    program, agreed = case / "program.c", contract(gen / name / f"{name}.glue.c")
    if not program.exists():
        to.write_bytes(elf(agreed))
        spoil(case, name, to)
        return
    noted = to.with_suffix(".S")
    noted.write_text('.section .tenon.contract, "", @progbits\n' + "".join(f".byte {byte}\n" for byte in agreed))
    subprocess.run([*COMPILE, program, noted, "-o", to], check=True)


def instances(gen):
    """The names in the plan."""
    return [line.split()[1] for line in (gen / "plan").read_text().splitlines() if line.startswith("instance ")]
