/* SPDX-License-Identifier: MIT
 * UEFI as the firmware: OVMF, and U-Boot's EFI loader on the boards with a device tree.
 */
#include <string.h>

#include "efi.h"
#include "loader.h"
#include "main.h"

#define MAP_BYTES 32768

static efi_handle own_image;
static struct efi_system_table *firmware;
static _Alignas(8) uint8_t map[MAP_BYTES];
static size_t map_size, map_key, descriptor_size;

static const struct efi_guid dtb_guid = {
    0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};
static const struct efi_guid acpi_guid = {
    0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}};
static const struct efi_guid hart_guid = {
    0xccd15fec, 0x6f73, 0x4eec, {0x83, 0x95, 0x3e, 0x69, 0xe4, 0xb9, 0x40, 0xbf}};

void firmware_write(const char *text, size_t size)
{
	uint16_t wide[64];
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			wide[used++] = '\r';
		wide[used++] = (uint8_t)text[i];
		if (used >= sizeof(wide) / sizeof(wide[0]) - 2 || i + 1 == size) {
			wide[used] = 0;
			(void)firmware->output->output_string(firmware->output,
							      wide); /* nowhere else to complain */
			used = 0;
		}
	}
}

noreturn void firmware_give_up(void)
{
	(void)firmware->boot->exit(own_image, EFI_LOAD_ERROR, 0,
				   NULL); /* does not return for our own image */
	for (;;)
		;
}

uint64_t firmware_allocate(uint64_t size, uint64_t alignment, uint64_t limit)
{
	uint64_t room = page_up(size) + alignment - PAGE;
	uint64_t address = limit - 1;

	if (firmware->boot->allocate_pages(limit == UINT64_MAX ? EFI_ALLOCATE_ANY : EFI_ALLOCATE_BELOW,
					   EFI_LOADER_DATA, (size_t)(room / PAGE), &address) != EFI_SUCCESS)
		refuse("the firmware has no %u KiB of memory for the kernel", room / 1024);
	return (address + alignment - 1) & ~(alignment - 1);
}

static void *find_table(const struct efi_guid *guid)
{
	for (size_t i = 0; i < firmware->tables; i++)
		if (memcmp(&firmware->table[i].guid, guid, sizeof(*guid)) == 0)
			return firmware->table[i].table;
	return NULL;
}

const void *firmware_dtb(void)
{
	return find_table(&dtb_guid);
}

uint64_t firmware_rsdp(void)
{
	return (uint64_t)(uintptr_t)find_table(&acpi_guid);
}

bool firmware_boot_hart(uint64_t *hart)
{
	struct efi_riscv_boot *protocol;
	void *interface;
	size_t id;

	if (firmware->boot->locate_protocol(&hart_guid, NULL, &interface) != EFI_SUCCESS)
		return false;
	protocol = interface;
	if (protocol->get_boot_hart(protocol, &id) != EFI_SUCCESS)
		return false;
	*hart = id;
	return true;
}

static efi_status read_map(void)
{
	uint32_t version;

	map_size = sizeof(map);
	return firmware->boot->get_memory_map(&map_size, map, &map_key, &descriptor_size, &version);
}

/* UEFI 2.10, table 7.6: which types are RAM, and whether it is ours once boot services are over. */
static bool is_ram(uint32_t type, uint32_t *kind)
{
	switch (type) {
	case EFI_LOADER_CODE:
	case EFI_LOADER_DATA:
	case EFI_BOOT_CODE:
	case EFI_BOOT_DATA:
	case EFI_CONVENTIONAL:
		*kind = TENON_RANGE_FREE;
		return true;
	case EFI_RUNTIME_CODE:
	case EFI_RUNTIME_DATA:
	case EFI_ACPI_RECLAIM:
	case EFI_ACPI_NVS:
		*kind = TENON_RANGE_KEPT;
		return true;
	default:
		return false;
	}
}

static void add_map(void)
{
	for (size_t at = 0; map_size - at >= descriptor_size && at < map_size; at += descriptor_size) {
		const struct efi_memory_descriptor *descriptor = (const void *)(map + at);
		uint32_t kind;

		if (is_ram(descriptor->type, &kind))
			memory_add(descriptor->physical, descriptor->pages * PAGE, kind);
	}
}

void firmware_memory(void)
{
	if (read_map() != EFI_SUCCESS || descriptor_size < sizeof(struct efi_memory_descriptor))
		refuse("the firmware does not tell its memory map, or one of more than %u bytes",
		       (uint64_t)MAP_BYTES);
	add_map();
}

/* The map may change between reading it and leaving (UEFI 2.10, 7.4.6): then once more, now without other services. */
void firmware_leave(void)
{
	memory_read();
	if (firmware->boot->exit_boot_services(own_image, map_key) == EFI_SUCCESS)
		return;
	memory_read();
	if (firmware->boot->exit_boot_services(own_image, map_key) != EFI_SUCCESS)
		refuse("the firmware does not let go (ExitBootServices failed twice)");
}

efi_status EFIAPI efi_main(efi_handle handle, struct efi_system_table *system);
efi_status EFIAPI efi_main(efi_handle handle, struct efi_system_table *system)
{
	own_image = handle;
	firmware = system;
	(void)system->boot->set_watchdog(0, 0, 0,
					 NULL); /* one that cannot be stopped ends with the boot services */
	loader_main();
}
