/* SPDX-License-Identifier: MIT */
void _start(void);

static __attribute__((noinline)) void write_line(char with)
{
	volatile char line[3000];

	for (unsigned i = 0; i < sizeof line; i++)
		line[i] = with;
}

static __attribute__((noinline)) void print(char with)
{
	volatile char copy[2000];

	for (unsigned i = 0; i < sizeof copy; i++)
		copy[i] = with;
	write_line(copy[0]);
	write_line(copy[1]);
}

void _start(void)
{
	for (;;)
		print('x');
}
