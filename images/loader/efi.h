/* SPDX-License-Identifier: MIT
 * The part of the UEFI interface that the loader uses, written from the UEFI Specification 2.10: 4.3 (system table),
 * 4.4 (boot services), 4.6 (configuration table), 7.2 (memory), 8.5 (reset), 12.4 (text output). Entries of a table that
 * nobody calls are `void *` and stand there for their place only.
 */
#ifndef LOADER_EFI_H
#define LOADER_EFI_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif

typedef size_t efi_status;
typedef void *efi_handle;

#define EFI_ERROR_BIT         (SIZE_MAX - (SIZE_MAX >> 1))
#define EFI_SUCCESS           ((efi_status)0)
#define EFI_LOAD_ERROR        (EFI_ERROR_BIT | 1)
#define EFI_INVALID_PARAMETER (EFI_ERROR_BIT | 2)

struct efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct efi_table_header {
	uint64_t signature;
	uint32_t revision, header_size, crc32, reserved;
};

enum efi_memory_type {
	EFI_RESERVED = 0,
	EFI_LOADER_CODE,
	EFI_LOADER_DATA,
	EFI_BOOT_CODE,
	EFI_BOOT_DATA,
	EFI_RUNTIME_CODE,
	EFI_RUNTIME_DATA,
	EFI_CONVENTIONAL,
	EFI_UNUSABLE,
	EFI_ACPI_RECLAIM,
	EFI_ACPI_NVS,
	EFI_MMIO,
	EFI_MMIO_PORTS,
	EFI_PAL_CODE,
	EFI_PERSISTENT
};

struct efi_memory_descriptor {
	uint32_t type;
	uint64_t physical, virtual, pages, attributes;
};

enum efi_allocate { EFI_ALLOCATE_ANY = 0, EFI_ALLOCATE_BELOW = 1, EFI_ALLOCATE_AT = 2 };

struct efi_text_output {
	void *reset;
	efi_status(EFIAPI *output_string)(struct efi_text_output *self, uint16_t *string);
};

struct efi_boot_services {
	struct efi_table_header header;
	void *raise_tpl, *restore_tpl;
	efi_status(EFIAPI *allocate_pages)(uint32_t how, uint32_t type, size_t pages, uint64_t *address);
	void *free_pages;
	efi_status(EFIAPI *get_memory_map)(size_t *size, void *map, size_t *key, size_t *descriptor_size,
					   uint32_t *descriptor_version);
	void *allocate_pool, *free_pool;
	void *create_event, *set_timer, *wait_for_event, *signal_event, *close_event, *check_event;
	void *install_protocol, *reinstall_protocol, *uninstall_protocol, *handle_protocol, *reserved;
	void *register_notify, *locate_handle, *locate_device_path, *install_table;
	void *load_image, *start_image;
	efi_status(EFIAPI *exit)(efi_handle image, efi_status status, size_t data_size, uint16_t *data);
	void *unload_image;
	efi_status(EFIAPI *exit_boot_services)(efi_handle image, size_t key);
	void *get_count;
	efi_status(EFIAPI *stall)(size_t microseconds);
	efi_status(EFIAPI *set_watchdog)(size_t seconds, uint64_t code, size_t data_size, uint16_t *data);
	void *connect, *disconnect, *open_protocol, *close_protocol, *protocol_information;
	void *protocols_per_handle, *locate_handle_buffer;
	efi_status(EFIAPI *locate_protocol)(const struct efi_guid *protocol, void *registration,
					    void **interface);
};

struct efi_configuration_table {
	struct efi_guid guid;
	void *table;
};

struct efi_system_table {
	struct efi_table_header header;
	uint16_t *vendor;
	uint32_t revision;
	efi_handle input_handle;
	void *input;
	efi_handle output_handle;
	struct efi_text_output *output;
	efi_handle error_handle;
	void *error;
	void *runtime;
	struct efi_boot_services *boot;
	size_t tables;
	struct efi_configuration_table *table;
};

/* RISC-V UEFI Protocol Specification 1.0, 3.1. */
struct efi_riscv_boot {
	uint64_t revision;
	efi_status(EFIAPI *get_boot_hart)(struct efi_riscv_boot *self, size_t *hart);
};

#endif
