/* SPDX-License-Identifier: MIT */
void _start(void);

static __attribute__((noinline)) void fill(unsigned long size)
{
	volatile char *copy = __builtin_alloca(size);

	for (unsigned long i = 0; i < size; i++)
		copy[i] = 0;
}

void _start(void)
{
	static volatile unsigned long size;

	for (;;)
		fill(size);
}
