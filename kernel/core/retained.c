/* SPDX-License-Identifier: MIT
 * The retained page: where a stopping kernel leaves its last line for the next boot. It is the same place of the same
 * memory map each time, far from where firmware and loader put things, so that it lasts where RAM outlives a reset. What
 * stands there is believed only with magic and checksum; it is printed and never interpreted.
 */
#include <boot.h>

#define RETAINED_MAGIC UINT64_C(0x4e4f5341455254) /* "TREASON" */
#define RETAINED_ALIGN UINT64_C(0x100000)         /* small changes of the firmware's map do not move it */

struct retained {
	uint64_t magic;
	uint64_t checksum;
	char text[CORE_PANIC_TEXT];
};

static uint64_t checksum_of(const struct retained *retained)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (unsigned i = 0; i < sizeof(retained->text); i++)
		sum = (sum ^ (unsigned char)retained->text[i]) * UINT64_C(0x100000001b3);
	return sum;
}

/* The text of the last stop, if there is one; it is told once. */
static BOOT void tell(struct retained *retained)
{
	bool valid = retained->magic == RETAINED_MAGIC && retained->checksum == checksum_of(retained) &&
		     retained->text[sizeof(retained->text) - 1] == 0;
	retained->magic = 0;
	if (!valid)
		return;
	arch_panic_write("tenon: the machine restarted, since: ");
	arch_panic_write(retained->text);
}

BOOT void boot_retained_init(void)
{
	physical_t page = boot_memory_reserve_middle(RETAINED_ALIGN);
	if (page.value == 0)
		return;
	core.retained = arch_direct(page);
	tell(core.retained);
}

void retained_keep(const char *text)
{
	struct retained *retained = core.retained;
	if (retained == NULL)
		return;
	memset(retained, 0, sizeof(*retained));
	text_append(retained->text, retained->text + sizeof(retained->text), text);
	retained->checksum = checksum_of(retained);
	retained->magic = RETAINED_MAGIC;
	arch_sync_instructions(retained, sizeof(*retained)); /* out of the data cache */
}
