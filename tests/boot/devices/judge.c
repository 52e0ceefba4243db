/* SPDX-License-Identifier: MIT
 * Has the teacher's device write where it may not, and looks whether anything came of it. Ends the run.
 */
#include "component.h"
#include "daily.h"

#define MINE  (64u * 1024 / sizeof(uint64_t))
#define BYTES 64u
#define AT    1024u
#define PAST  (COPY_PAGE_SIZE - BYTES + 1u)
#define SIGN  UINT64_C(0x6d696e65216d696e)

static uint64_t mine[MINE];

static uint64_t changed(void)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < MINE; i++)
		count += mine[i] != SIGN;
	return count;
}

/* The driver is made anew once its device has reached there. */
static bool falls_for(uint64_t address)
{
	if (lesson_write(address) != LESSON_OK)
		return false;
	log_info("judge: the device is to write at 0x%llx", (unsigned long long)address);
	return lesson_copy() == LESSON_RESTARTED && lesson_copy() == LESSON_OK;
}

/* The pattern of the teacher, where it was to be and nowhere else. */
static unsigned judge_page(void)
{
	struct tenon_buffer buffer;
	unsigned wrong = 0;

	if (!copy_page_allocate(&buffer))
		return 1;
	const uint8_t *page = copy_page_read(&buffer);
	wrong += copy_copy(PAST) != COPYING_WRONG; /* its last byte would not be in the pool */
	wrong += copy_copy(AT) != COPYING_OK;
	for (unsigned i = 0; i < COPY_PAGE_SIZE; i++)
		wrong += page[i] != (i - AT < BYTES ? (uint8_t)((i - AT) * 7 + 1) : 0);
	copy_page_release(&buffer);
	return wrong;
}

void component_start(void)
{
	/* Where the kernel, or the image, or nothing at all may be, and what is the driver's alone. */
	static const uint64_t elsewhere[] = {0x1000, 0x200000, 0x40200000, 0x80200000, 0x3fffffff000};
	unsigned wrong = 0;
	uint64_t address = 0;

	for (unsigned i = 0; i < MINE; i++)
		mine[i] = SIGN;
	wrong += entropy_wrong() + calendar_wrong();
	wrong += lesson_copy() != LESSON_OK;
	log_info("judge: copied: %u wrong", wrong);
	wrong += judge_page();
	log_info("judge: passed on: %u wrong", wrong);
	wrong += lesson_mine(&address) != LESSON_OK;
	wrong += !falls_for(address);
	for (unsigned i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		wrong += !falls_for(elsewhere[i]);
	wrong += lesson_mine(&address) != LESSON_OK || changed() != 0;
	log_info("judge: devices: %u wrong", wrong);
	(void)power_end(wrong == 0 ? 0 : 1);
}
