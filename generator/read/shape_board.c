/* SPDX-License-Identifier: MIT
 * platforms/NAME/board.yaml.
 */
#include <stddef.h>
#include "shape.h"

static const char *const architecture_choice[] = {"x86_64", "aarch64", "riscv64", NULL};
static const struct shape architecture = {
    .kind = SHAPE_CHOICE, .says = "x86_64, aarch64 or riscv64", .choice = architecture_choice};

static const struct shape ram = {.kind = SHAPE_SIZE,
				 .says = "a size, such as 256 MiB",
				 .min = UINT64_C(1) << 24,
				 .max = UINT64_C(1) << 46};
static const struct shape nodes = {
    .kind = SHAPE_INTEGER, .says = "a number from 1 to 64", .min = 1, .max = 64};
static const struct key memory_key[] = {
    {"at_least", &ram, true, NULL, "RAM that the board has at least; a system must fit in it."},
    {"nodes", &nodes, false, "1", "NUMA nodes that it may have: a pool's `node` is one of them."},
    {0}};
static const struct shape memory = {
    .kind = SHAPE_OBJECT, .says = "the board's memory", .title = "Memory", .key = memory_key};

static const struct shape cpus = {
    .kind = SHAPE_INTEGER, .says = "a number from 1 to 64", .min = 1, .max = 64};
static const struct shape text_list = {.kind = SHAPE_LIST, .says = "a list", .of = &shape_text};
static const char *const firmware_choice[] = {"ovmf", "uboot", "opensbi_uboot", NULL};
static const struct shape firmware = {
    .kind = SHAPE_CHOICE, .says = "ovmf, uboot or opensbi_uboot", .choice = firmware_choice};
static const struct key emulator_key[] = {
    {"program", &shape_text, true, NULL, "The emulator, such as qemu-system-aarch64."},
    {"machine", &shape_text, true, NULL, "Its -machine."},
    {"cpu", &shape_text, true, NULL, "Its -cpu."},
    {"memory", &ram, false, "memory: at_least", "Its -m."},
    {"cpus", &cpus, false, "the board's", "Its -smp."},
    {"devices", &text_list, false, "[]", "Further -device arguments."},
    {"firmware", &firmware, true, NULL, "The firmware that starts the image."},
    {0}};
static const struct shape emulator = {
    .kind = SHAPE_OBJECT, .says = "an emulator", .title = "Emulator", .key = emulator_key};

static const struct shape compatible_list = {
    .kind = SHAPE_LIST, .says = "a list of `compatible` strings", .of = &shape_text, .min = 1};
static const struct shape compatible = {.kind = SHAPE_EITHER,
					.says = "a `compatible` string, or a list of them",
					.scalar = &shape_text,
					.list = &compatible_list};
static const struct shape address = {.kind = SHAPE_INTEGER, .says = "a number", .min = 0, .max = UINT64_MAX};
static const struct shape port = {
    .kind = SHAPE_INTEGER, .says = "the number of a port", .min = 0, .max = 65536};
static const struct shape range = {
    .kind = SHAPE_LIST, .says = "[BASE, SIZE], two numbers", .of = &address, .min = 2, .max = 2};
static const struct shape ports = {
    .kind = SHAPE_LIST, .says = "[FIRST, COUNT], two numbers", .of = &port, .min = 2, .max = 2};
static const char *const firmware_range_choice[] = {"firmware", NULL};
static const struct shape firmware_range = {
    .kind = SHAPE_CHOICE, .says = "firmware", .choice = firmware_range_choice};
static const struct shape registers = {.kind = SHAPE_EITHER,
				       .says = "[BASE, SIZE], two numbers, or `firmware`",
				       .scalar = &firmware_range,
				       .list = &range};
static const struct key window_key[] = {
    {"memory", &range, true, NULL, "[BASE, SIZE] of what it passes on below 4 GiB."},
    {"memory_64", &range, false, NULL, "[BASE, SIZE] of what it passes on above."},
    {0}};
static const struct shape windows = {
    .kind = SHAPE_OBJECT, .says = "windows of a host bridge", .title = "Windows", .key = window_key};
static const struct shape disk = {
    .kind = SHAPE_SIZE, .says = "a size, such as 64 MiB", .min = 512, .max = UINT64_C(1) << 40};
static const struct shape interrupt = {
    .kind = SHAPE_INTEGER, .says = "the number of an interrupt", .min = 0, .max = 1023};
static const char *const trigger_choice[] = {"level_high", "edge_rising", "level_low", "edge_falling", NULL};
static const struct shape trigger = {.kind = SHAPE_CHOICE,
				     .says = "level_high, edge_rising, level_low or edge_falling",
				     .choice = trigger_choice};
static const struct key device_key[] = {
    {"compatible", &compatible, true, NULL,
     "What it is, in the words of device trees: of a PCI function `pciVVVV,DDDD`, `pciVVVV,DDDD.SSSS.ssss`, "
     "`pciclass,CCSSPP`; all that is listed holds."},
    {"registers", &registers, false, NULL,
     "[BASE, SIZE] of its registers in memory. `firmware`: the configuration space of PCI, where the ACPI "
     "table MCFG says."},
    {"ports", &ports, false, NULL, "[FIRST, COUNT] of its I/O ports (x86)."},
    {"interrupt", &interrupt, false, NULL,
     "Its interrupt: on x86 the ISA number or the input of the I/O APIC."},
    {"trigger", &trigger, false, "edge_rising on x86 below 16, else level_high",
     "How the interrupt is signalled."},
    {"windows", &windows, false, NULL,
     "Of a host bridge (`pci-host-ecam-generic`): addresses that it passes on to the functions behind it. A "
     "device tree says so itself."},
    {"iommu", &shape_boolean, false, "false",
     "Of a host bridge: an IOMMU decides what the functions behind it reach. A device tree says so itself, "
     "by "
     "`iommu-map`."},
    {"at", &shape_text, false, "the first that fits",
     "Of a PCI function: `BUS:DEVICE.FUNCTION`, hexadecimal, such as \"00:10.0\"."},
    {"emulator", &shape_text, false, NULL,
     "Of a PCI function: the -device that adds it to the emulator, where a system drives it."},
    {"disk", &disk, false, NULL,
     "Of a PCI function with `emulator`: it has a medium, a file that `tenon run --disk NAME=FILE` gives, or "
     "an empty one of this size."},
    {"network", &shape_boolean, false, "false",
     "Of a PCI function with `emulator`: it has a cable, to a network of the emulator's own with a router at "
     "10.0.2.2."},
    {"slot", &shape_text, false, NULL,
     "Of a PCI function with `emulator`: where a port of the emulator's stands, such as \"00:15.0\". The "
     "function is in the port's slot, "
     "from which it can be taken out while the machine runs; `at` is then its place behind the port."},
    {0}};
static const struct shape device = {
    .kind = SHAPE_OBJECT, .says = "a device of the board", .title = "Device", .key = device_key};
static const struct shape devices = {
    .kind = SHAPE_MAP, .says = "a mapping of devices", .of = &device, .names = "a device"};

static const struct key board_key[] = {
    {"board", &shape_identifier, true, NULL, "Its name, that of its folder."},
    {"doc", &shape_doc, true, NULL, "What it is."},
    {"architecture", &architecture, true, NULL, "The instruction set of its CPUs."},
    {"memory", &memory, true, NULL, "Its RAM."},
    {"cpus", &cpus, false, "1", "How many CPUs it has."},
    {"emulator", &emulator, true, NULL, "How it is emulated."},
    {"devices", &devices, false, "those of the device tree",
     "Its PCI functions, and for a board without a device tree its other devices: where one is listed that "
     "is "
     "no "
     "PCI function, no device tree is read."},
    {"console", &shape_identifier, false, "stdout-path of the device tree",
     "The device that `device: stdout` means."},
    {0}};
const struct shape shape_board = {
    .kind = SHAPE_OBJECT, .says = "a board", .title = "Board", .key = board_key};
