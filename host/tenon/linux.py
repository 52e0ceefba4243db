# SPDX-License-Identifier: MIT
"""Debian's Linux in the emulator, for `./tenon bench linux`: its kernel, fetched as a Debian package; a first file system in memory
with the modules of the disk's driver and the program of tests/bench/linux; the machine and the disks that ours have.

Linux gets the board's machine without the IOMMU, which ours has on, and without measures against speculative execution, which
ours has not: both spare it instructions."""

import hashlib
import os
import pathlib
import subprocess

from tree import BUILD, Failure, ROOT, run, say

SOURCE = ROOT / "tests" / "bench" / "linux"
FOLDER = BUILD / "linux"
CACHE = ROOT / "subprojects" / "packagecache"
MODULES = ["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk",
           "failover", "net_failover", "virtio_net"]
MACHINE = {"aarch64": ["-machine", "virt,gic-version=3", "-cpu", "max,pauth-impdef=on"], "x86_64": ["-machine", "q35", "-cpu", "max"]}
NETWORK = "net0"
CONSOLE = {"aarch64": "ttyAMA0", "x86_64": "ttyS0"}
OPTIONS = "quiet nokaslr panic=-1 mitigations=off rdinit=/init"


def packages():
    """Architecture -> (Debian's, package, version, SHA-256)."""
    lines = (SOURCE / "packages.txt").read_text().splitlines()
    return {words[0]: words[1:] for words in (line.split() for line in lines if not line.startswith("#"))}


def architectures():
    return list(packages())


def is_right(path, digest):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def configure_apt(folder, debian):
    """A view of the machine's Debian archive with the other architecture in it; the machine's own stays as it is."""
    given = pathlib.Path("/etc/apt/sources.list.d/debian.sources")
    if not given.exists():
        raise Failure(f"no {given}, which says where packages come from")
    for part in ("parts", "lists/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "parts" / "debian.sources").write_text(given.read_text())
    configuration = folder / "apt.conf"
    configuration.write_text(f"""Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "{folder}/parts";
Dir::State::Lists "{folder}/lists";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
APT::Sandbox::User "root";
APT::Architectures {{"amd64"; "{debian}";}};
""")
    return {**os.environ, "APT_CONFIG": str(configuration)}


def fetch(architecture):
    """The package's file."""
    debian, package, version, digest = packages()[architecture]
    path = CACHE / f"{package}_{version}_{debian}.deb"
    if is_right(path, digest):
        return path
    say(f"fetching {path.name} …")
    CACHE.mkdir(parents=True, exist_ok=True)
    environment = configure_apt(FOLDER / "apt" / architecture, debian)
    for words in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "download", f"{package}:{debian}={version}"]):
        done = subprocess.run(words, cwd=CACHE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failure(f"{' '.join(words)}: {done.stdout[-500:]}\nput {path.name} into {CACHE}")
    if not is_right(path, digest):
        raise Failure(f"{path} is missing, or its SHA-256 is not {digest}")
    return path


def unpack(architecture):
    """(the kernel, its modules by name)"""
    package, folder = fetch(architecture), FOLDER / architecture
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(f"unpacking {package.name}", ["dpkg-deb", "--extract", package, folder])
        (folder / "done").touch()
    kernel, = (folder / "boot").glob("vmlinuz-*")
    return kernel, {path.stem: path for path in folder.glob("lib/modules/*/kernel/**/*.ko")}


def entry(number, name, mode, data=b"", device=(0, 0)):
    """One of an archive in cpio's format newc (Documentation/driver-api/early-userspace/buffer-format.rst of Linux)."""
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def archive(program, modules, path):
    """The first file system: the console, places to mount on, modules, and the program."""
    files = [("init", program), *((f"{name}.ko", modules[name]) for name in MODULES)]
    parts = [(name, 0o040755, b"", (0, 0)) for name in ("dev", "proc", "disk")]
    parts += [("dev/console", 0o020600, b"", (5, 1))]
    parts += [(name, 0o100755, file.read_bytes(), (0, 0)) for name, file in files]
    parts += [("TRAILER!!!", 0, b"", (0, 0))]
    path.write_bytes(b"".join(entry(number, *part) for number, part in enumerate(parts)))


def make_program(architecture, path):
    run("building the program of tests/bench/linux",
        ["clang-19", f"--target={architecture}-linux-gnu", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-ffreestanding",
         "-fno-stack-protector", "-nostdlib", "-static", "-fuse-ld=lld", "-o", path, *SOURCE.glob("*.c")])


def disk(path, name, address):
    return ["-drive", f"file={path},format=raw,if=none,id={name}",
            "-device", f"virtio-blk-pci,drive={name},disable-legacy=on,addr={address}"]


def arguments(architecture, folder, instruction_ns, raw_bytes, make_disk):
    """QEMU's. `make_disk(folder)` makes the disk with an ext4, as it is for ours."""
    folder = pathlib.Path(folder)
    kernel, modules = unpack(architecture)
    make_program(architecture, folder / "init")
    archive(folder / "init", modules, folder / "initrd")
    with open(folder / "raw.img", "wb") as file:
        file.truncate(raw_bytes)
    return [f"qemu-system-{architecture}", *MACHINE[architecture], "-m", "512", "-smp", "1", "-nodefaults", "-nic", "none",
            "-kernel", str(kernel), "-initrd", str(folder / "initrd"), "-append", f"console={CONSOLE[architecture]} {OPTIONS}",
            *disk(make_disk(folder), "disk0", "10"), *disk(folder / "raw.img", "disk1", "11"),
            "-netdev", f"user,id={NETWORK}", "-device", f"virtio-net-pci,netdev={NETWORK},disable-legacy=on,romfile=,addr=14",
            "-icount", f"shift={instruction_ns.bit_length() - 1},sleep=on", "-rtc", "base=2026-01-01,clock=vm", "-no-reboot"]
