# SPDX-License-Identifier: MIT
"""QEMU's command line for a board, a build and a way to boot."""

import json
import pathlib
import re
import shutil

import generator
from tree import Failure, run, say, shown

OVMF_CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
OVMF_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
UBOOT_AARCH64 = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
UBOOT_RISCV64 = "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"


def disk(path, device, snapshot=True):
    mode = "on" if snapshot else "off"
    return ["-drive", f"file={path},format=raw,if=none,id=boot,snapshot={mode}", "-device", f"{device},drive=boot"]


def driven_devices(build):
    """The PCI functions of the board that the system drives, as the board describes them."""
    driven = {instance.get("device") for instance in json.loads(build.report.read_text())["instances"]}
    return [device for device in build.board["devices"] if "emulator" in device and device["path"] in driven]


def medium(build, device, disks, folder):
    """The file behind a device that has a medium: the one that was given, or an empty one of the size that the board says, which
    stays with the build; of a test, with the test."""
    name = device["path"]
    if name in disks:
        if not pathlib.Path(disks[name]).is_file():
            raise Failure(f"--disk {name}={disks[name]}: there is no such file")
        return disks[name]
    path = pathlib.Path(folder) / f"{name}.img"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with open(path, "wb") as file:
            file.truncate(device["disk"])
        say(f"{name}: an empty disk of {device['disk'] >> 20} MiB, {shown(path)}; --disk {name}=FILE gives another")
    return path


def drive(path, name):
    """A medium that fails where a file beside it says so, in the words of QEMU's blkdebug, or whose writes and flushes a file
    beside it takes, as blklogwrites writes them."""
    faults, log = pathlib.Path(f"{path}.faults"), pathlib.Path(f"{path}.log")
    if log.is_file():
        words = [f"driver=blklogwrites,file.driver=file,file.filename={path}", f"log.driver=file,log.filename={log}"]
    else:
        words = [f"file=blkdebug:{faults}:{path}" if faults.is_file() else f"file={path}", "format=raw"]
    return ["-drive", ",".join([*words, "if=none", f"id={name}"])]


def network(path, frames, networks):
    """The emulator's own network, with what is said of it besides, or with a folder two sockets in it, over which frames go to a program
    of the host."""
    if frames is None:
        return ",".join([f"user,id={path}", *([networks[path]] if path in networks else [])])
    return (f"dgram,id={path},local.type=unix,local.path={frames}/guest.frames,"
            f"remote.type=unix,remote.path={frames}/host.frames")


def device_arguments(build, disks, folder, frames, networks):
    """Adds what the system drives and the board says how to emulate."""
    devices = driven_devices(build)
    media = [device["path"] for device in devices if "disk" in device]
    for name in disks:
        if name not in media:
            raise Failure(f"--disk {name}: no component of this system drives a disk of that name on {build.board_name}; "
                          + (f"it drives {', '.join(media)}" if media else "it drives none"))
    words = []
    if any("slot" in device for device in devices) and build.board["emulator"]["machine"].startswith("q35"):
        # Else what leaves a slot is told through ACPI's interpreter, and not by the port.
        words += ["-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"]
    for number, device in enumerate(devices):
        word = f"{device['emulator']},id={device['path']}_device"
        if word.startswith("virtio-"):
            word += ",iommu_platform=on,disable-legacy=on"
        if "slot" in device:
            words += ["-device", f"pcie-root-port,id={device['path']}_slot,chassis={1 + number},slot={1 + number},"
                                 f"addr={device['slot'] >> 3 & 31:x}.{device['slot'] & 7}"]
            word += f",bus={device['path']}_slot"
        if "at" in device:
            word += f",addr={device['at'] >> 3 & 31:x}.{device['at'] & 7}"
        if "disk" in device:
            words += drive(medium(build, device, disks, folder), device["path"])
            word += f",drive={device['path']}"
        if "network" in device:
            words += ["-netdev", network(device["path"], frames, networks)]
            word += f",netdev={device['path']}"
        words += ["-device", word]
    return words


# What U-Boot runs: it reads this from /config of its control device tree, so that no key and no delay comes between.
UBOOT_COMMAND = ("virtio scan; load virtio 0:1 ${kernel_addr_r} /tenon.itb && "
                 "bootm ${kernel_addr_r}#tenon - ${fdtcontroladdr}; poweroff")


def control_tree(words, folder, nodes):
    """The device tree of exactly this machine, with U-Boot's orders in it."""
    dtb = pathlib.Path(folder) / "control.dtb"
    run("dumping the machine's device tree",
        [f"{word},dumpdtb={dtb}" if words[index - 1] == "-machine" else word for index, word in enumerate(words)])
    run("preparing the device tree", ["fdtput", "-c", dtb, "/config"])
    run("preparing the device tree", ["fdtput", "-t", "x", dtb, "/config", "bootdelay", "fffffffe"])
    run("preparing the device tree", ["fdtput", "-t", "s", dtb, "/config", "bootcmd", UBOOT_COMMAND])
    if nodes:
        describe_nodes(dtb, nodes, int(words[words.index("-m") + 1]) << 20)
    return ["-dtb", str(dtb)]


def describe_nodes(dtb, nodes, size):
    """Makes it the tree of a machine with NUMA nodes. Not by QEMU's -numa: of its several nodes of memory Debian's U-Boot
    takes only the first. One node says all memory, for U-Boot; those with a NUMA node have other names, which U-Boot and
    QEMU leave alone."""
    def put(*words):
        run("preparing the device tree", ["fdtput", *(str(word) for word in words)])

    def put_memory(name, base, size):
        put("-c", dtb, name)
        put("-t", "s", dtb, name, "device_type", "memory")
        put("-t", "x", dtb, name, "reg", *(f"{value >> shift & 0xffffffff:x}" for value in (base, size) for shift in (32, 0)))

    names = run("reading the device tree", ["fdtget", "-l", dtb, "/"]).split()
    whole, = [name for name in names if name.startswith("memory@")]
    base = at = int(whole.partition("@")[2], 16)
    put("-r", dtb, f"/{whole}")
    for number, (mebibytes, cpus) in enumerate(nodes):
        if mebibytes:
            put_memory(f"/ram@{at:x}", at, mebibytes << 20)
            put("-t", "u", dtb, f"/ram@{at:x}", "numa-node-id", number)
        at += mebibytes << 20
        for cpu in cpus:
            put("-t", "u", dtb, f"/cpus/cpu@{cpu:x}", "numa-node-id", number)
    put_memory("/memory", base, size)  # a new node comes first


def numa_arguments(nodes):
    """The same as QEMU's arguments, for machines whose firmware knows NUMA."""
    words = []
    for number, (mebibytes, cpus) in enumerate(nodes):
        words += ["-object", f"memory-backend-ram,id=node{number},size={mebibytes}M",
                  "-numa", ",".join([f"node,nodeid={number},memdev=node{number}", *(f"cpus={cpu}" for cpu in cpus)])]
    return words


def firmware_arguments(build, words, folder, nodes):
    """The real chain of the board. `words` is the machine without it; `folder` takes what the firmware writes to."""
    firmware = build.board["emulator"]["firmware"]
    boot_image = build.image("boot.img")
    if firmware == "ovmf":
        variables = pathlib.Path(folder) / "variables.fd"
        shutil.copyfile(OVMF_VARIABLES, variables)
        return ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF_CODE}",
                "-drive", f"if=pflash,unit=1,format=raw,file={variables}",
                *disk(boot_image, "virtio-blk-pci,iommu_platform=on,disable-legacy=on,bootindex=0")]
    medium_of_image = "virtio-blk-device"
    if firmware == "uboot":
        start = ["-bios", UBOOT_AARCH64]
        medium_of_image += ",bus=virtio-mmio-bus.0"  # U-Boot's `virtio 0` is the first of the device tree
    elif firmware == "opensbi_uboot":
        start = ["-kernel", UBOOT_RISCV64]
    else:
        raise Failure(f"{build.board_name}: firmware {firmware}: not one that ./tenon knows how to start")
    return [*start, *control_tree(words, folder, nodes), "-global", "virtio-mmio.force-legacy=false",
            *disk(boot_image, medium_of_image)]


def arguments(build, folder, cpus=None, instruction_ns=None, extra=(), nodes=(), memory=None, memory_file=None,
              disks=None, disk_folder=None, skips_idle=True, machine=None, added=None, frames=None, networks=None):
    """Everything but the serial port and the display. `memory_file`: takes the machine's memory, for who reads it afterwards. `instruction_ns`: what the guest's clock takes for an instruction, a
    power of two; None: it is the host's. `nodes`: MiB and CPUs of each NUMA node; `memory`: MiB. `disks`: the file of
    a device's medium, by the device's name; others are made in `disk_folder`, which is `folder` where none is given. `skips_idle`: a clock of
    instructions goes on at once while no CPU has any; a machine that then waits for a file of the host's may wait for ever. `machine`: what
    QEMU emulates instead of the board's own. `added`: by names of `disks`, the -device that has each, of devices that the board's description
    does not list. `frames`: the folder of the sockets that the network card leads to, instead of the emulator's network.
    `networks`: by names of network cards, what the emulator's network of each has besides."""
    board = build.board
    emulator = board["emulator"]
    machine = (machine or emulator["machine"]) + generator.DETERMINISTIC.get(board["architecture"], "")
    words = [emulator["program"], "-machine", machine, "-cpu", emulator["cpu"],
             "-m", str(memory or emulator["memory"] >> 20), "-smp", str(cpus or emulator["cpus"]),
             "-nodefaults", "-nic", "none"]
    if memory_file and not (nodes and emulator["firmware"] == "ovmf"):
        words[words.index("-machine") + 1] += ",memory-backend=ram"
        words += ["-object", f"memory-backend-file,id=ram,size={words[words.index('-m') + 1]}M,mem-path={memory_file},share=on"]
    for device in emulator.get("devices", []):
        words += ["-device", device]
    if nodes and emulator["firmware"] == "ovmf":
        words += numa_arguments(nodes)
    words += firmware_arguments(build, words, folder, nodes)
    disks, added = disks or {}, added or {}
    words += device_arguments(build, {name: path for name, path in disks.items() if name not in added}, disk_folder or folder, frames, networks or {})
    for name, device in added.items():
        words += [*drive(disks[name], name), "-device", f"{device},drive={name},id={name}_device"]
    if instruction_ns:
        words += ["-icount", f"shift={instruction_ns.bit_length() - 1},sleep={'off' if skips_idle else 'on'}", "-rtc", "base=2026-01-01,clock=vm"]
    return words + list(extra)


def forwarded(words, forwards):
    """The same machine with ports of 127.0.0.1 that lead to its network card: "8080:80", "udp/5353:53"."""
    rules = []
    for forward in forwards:
        found = re.fullmatch(r"(?:(tcp|udp)/)?(\d{1,5}):(\d{1,5})", forward)
        if not found or not all(0 < int(port) < 65536 for port in found.groups()[1:]):
            raise Failure(f"--forward {forward}: it is written HOST:GUEST, such as --forward 8080:80, or udp/HOST:GUEST")
        rules.append(f",hostfwd={found[1] or 'tcp'}:127.0.0.1:{found[2]}-:{found[3]}")
    if rules and not any(word.startswith("user,id=") for word in words):
        raise Failure("--forward: no component of this system drives a network card")
    return [word + "".join(rules) if word.startswith("user,id=") else word for word in words]
