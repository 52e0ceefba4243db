/* SPDX-License-Identifier: MIT */
void _start(void);

static void menu(void);
static void draw(void);

static void (*volatile finish)(void) = menu;
static void (*volatile paint)(void) = draw;

static __attribute__((noinline)) void draw(void)
{
	finish = 0;
}

static __attribute__((noinline)) void show(void)
{
	paint();
	finish = menu;
}

static __attribute__((noinline)) void menu(void)
{
	show();
	finish = draw;
}

void _start(void)
{
	for (;;)
		finish();
}
