/* SPDX-License-Identifier: MIT
 * What both device-tree machines have in common: CPUs, RAM, and the way through the tree. A tree is the firmware's word,
 * so each length is checked; what the kernel cannot do without and the tree does not have is refused.
 */
#include "dtb.h"

#include <libfdt.h>
#include <string.h>

const void *dtb;

bool dtb_enabled(int node)
{
	const char *status = fdt_getprop(dtb, node, "status", NULL);

	return status == NULL || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

int dtb_find(int from, const char *compatible)
{
	int node = from;

	do {
		node = fdt_node_offset_by_compatible(dtb, node, compatible);
	} while (node >= 0 && !dtb_enabled(node));
	return node;
}

unsigned dtb_cells(int node, const char *property)
{
	int size;

	return fdt_getprop(dtb, node, property, &size) == NULL ? 0 : (unsigned)size / 4;
}

bool dtb_cell(int node, const char *property, unsigned index, uint32_t *value)
{
	int size;
	const fdt32_t *cell = fdt_getprop(dtb, node, property, &size);

	if (cell == NULL || index >= (unsigned)size / 4)
		return false;
	*value = fdt32_to_cpu(cell[index]);
	return true;
}

static bool number(int node, const char *property, unsigned cell, unsigned cells, uint64_t *value)
{
	*value = 0;
	for (unsigned i = 0; i < cells; i++) {
		uint32_t part;

		if (!dtb_cell(node, property, cell + i, &part))
			return false;
		*value = *value << 32 | part;
	}
	return true;
}

/* One step up: an address of `bus` as its parent sees it. */
static bool translate(int bus, unsigned cells, unsigned size_cells, uint64_t *address)
{
	int parent = fdt_parent_offset(dtb, bus), upper;
	unsigned entry;

	if (parent < 0)
		return true; /* the root: CPU addresses */
	upper = fdt_address_cells(dtb, parent);
	if (upper < 0)
		return false;
	if (fdt_getprop(dtb, bus, "ranges", NULL) == NULL)
		return false;
	if (dtb_cells(bus, "ranges") == 0)
		return true;
	entry = cells + (unsigned)upper + size_cells;
	for (unsigned at = 0; at + entry <= dtb_cells(bus, "ranges"); at += entry) {
		uint64_t child, above, length;

		if (number(bus, "ranges", at, cells, &child) &&
		    number(bus, "ranges", at + cells, (unsigned)upper, &above) &&
		    number(bus, "ranges", at + cells + (unsigned)upper, size_cells, &length) &&
		    *address >= child && *address - child < length) {
			*address = above + (*address - child);
			return true;
		}
	}
	return false;
}

bool dtb_reg(int node, unsigned index, uint64_t *base, uint64_t *size)
{
	int bus = fdt_parent_offset(dtb, node);
	int cells = bus < 0 ? -1 : fdt_address_cells(dtb, bus),
	    size_cells = bus < 0 ? -1 : fdt_size_cells(dtb, bus);
	unsigned at;

	if (cells < 1 || cells > 2 || size_cells < 0 || size_cells > 2)
		return false;
	at = index * (unsigned)(cells + size_cells);
	if (!number(node, "reg", at, (unsigned)cells, base) ||
	    !number(node, "reg", at + (unsigned)cells, (unsigned)size_cells, size))
		return false;
	for (; bus > 0; bus = fdt_parent_offset(dtb, bus)) {
		cells = fdt_address_cells(dtb, bus);
		size_cells = fdt_size_cells(dtb, bus);
		if (cells < 1 || size_cells < 0 ||
		    !translate(bus, (unsigned)cells, (unsigned)size_cells, base))
			return false;
	}
	return true;
}

bool dtb_cpu_id(int node, uint64_t *id)
{
	int cpus = fdt_parent_offset(dtb, node), cells = cpus < 0 ? -1 : fdt_address_cells(dtb, cpus);

	return cells >= 1 && cells <= 2 && number(node, "reg", 0, (unsigned)cells, id);
}

int dtb_by_phandle(uint32_t phandle)
{
	return fdt_node_offset_by_phandle(dtb, phandle);
}

int dtb_stdout(void)
{
	int chosen = fdt_path_offset(dtb, "/chosen"), length;
	const char *path = chosen < 0 ? NULL : fdt_getprop(dtb, chosen, "stdout-path", &length);
	const char *end;

	if (path == NULL || length < 1 || path[length - 1] != 0)
		return -1;
	end = strchr(path, ':');
	return fdt_path_offset_namelen(dtb, path, end != NULL ? (int)(end - path) : length - 1);
}

/* Entries of `iommu-map`: first requester, IOMMU, first id there, count. Devicetree binding pci-iommu. */
int dtb_pci_iommu(const char *compatible)
{
	int bridge = dtb_find(-1, "pci-host-ecam-generic"), found = -1;
	uint32_t requester, phandle, id;

	if (bridge < 0)
		return -1;
	if (fdt_getprop(dtb, bridge, "dma-coherent", NULL) == NULL)
		refuse("PCI of the device tree is not dma-coherent, which the kernel needs");
	for (unsigned at = 0;
	     dtb_cell(bridge, "iommu-map", at, &requester) &&
	     dtb_cell(bridge, "iommu-map", at + 1, &phandle) && dtb_cell(bridge, "iommu-map", at + 2, &id);
	     at += 4) {
		found = dtb_by_phandle(phandle);
		if (found < 0 || fdt_node_check_compatible(dtb, found, compatible) != 0 || id != requester)
			refuse("the iommu-map of PCI leads elsewhere than to one %s with the requesters' ids",
			       compatible);
	}
	return found;
}

static bool is_type(int node, const char *type)
{
	const char *found = fdt_getprop(dtb, node, "device_type", NULL);

	return found != NULL && strcmp(found, type) == 0;
}

static void add_cpu(struct tenon_boot_info *info, int node)
{
	struct tenon_boot_cpu cpu = {0};
	unsigned at;

	if (!dtb_cpu_id(node, &cpu.id) || info->cpu_count == TENON_BOOT_CPUS)
		return;
	(void)dtb_cell(node, "numa-node-id", 0, &cpu.node); /* node 0 where the tree says nothing */
	for (at = info->cpu_count; at > 0 && info->cpu[at - 1].id > cpu.id; at--)
		info->cpu[at] = info->cpu[at - 1];
	info->cpu[at] = cpu;
	info->cpu_count++;
}

static void read_cpus(struct tenon_boot_info *info)
{
	int cpus = fdt_path_offset(dtb, "/cpus"), node;
	uint64_t boot_id = dtb_boot_cpu_id();

	fdt_for_each_subnode(node, dtb, cpus) if (is_type(node, "cpu") && dtb_enabled(node))
	    add_cpu(info, node);
	while (info->boot_cpu < info->cpu_count && info->cpu[info->boot_cpu].id != boot_id)
		info->boot_cpu++;
	if (info->boot_cpu == info->cpu_count)
		refuse("the boot CPU %x is not among the %u CPUs of the device tree", boot_id,
		       (uint64_t)info->cpu_count);
}

/* Where nodes of memory say their NUMA node, a firmware may have added one of its own that covers them all and says none. */
static uint64_t read_memory(void)
{
	uint64_t with_node = 0, without = 0, base, size;
	int node;

	fdt_for_each_subnode(node, dtb, 0)
	{
		uint32_t numa = 0;

		if (!is_type(node, "memory") || !dtb_enabled(node))
			continue;
		bool says = dtb_cell(node, "numa-node-id", 0, &numa);
		for (unsigned i = 0; dtb_reg(node, i, &base, &size); i++) {
			memory_node(base, size, numa);
			*(says ? &with_node : &without) += size;
		}
	}
	return with_node > without ? with_node : without;
}

uint64_t machine_describe(struct tenon_boot_info *info)
{
	dtb = firmware_dtb();
	if (dtb == NULL)
		refuse("the firmware gives no device tree");
	if (fdt_check_header(dtb) != 0)
		refuse("the firmware's device tree has no valid header");
	info->dtb = (uint64_t)(uintptr_t)dtb;
	info->dtb_size = fdt_totalsize(dtb);
	read_cpus(info);
	dtb_describe(info);
	return read_memory();
}

void machine_measure(struct tenon_boot_info *info)
{
	(void)info; /* the frequencies stand in the tree or in a register */
}
