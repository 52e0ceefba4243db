/* SPDX-License-Identifier: MIT
 * Programs for run_bound whose chains need a declaration: calls through pointers, and functions that call themselves. The
 * comments are as in bounded.c.
 */
#include "bounded.h"

APART deep(int value)
{
	KEEP(800);
	return kept[1];
}

/* ---- calls through pointers ---- */

APART meant(int value)
{
	KEEP(120);
	return kept[0];
}

APART taken(int value)
{
	KEEP(300);
	return leaf(value) + kept[0];
}

APART by_pointer(int value)
{
	static int (*const by[])(int) = {meant, taken};
	KEEP(600);

	return by[value & 1](value) + kept[0];
}

/* What is only called by its name is not meant: deep() would be deeper than taken(). */
/* stack: case_pointer -> by_pointer ~> taken -> leaf */
int case_pointer(void)
{
	return deep(now) + by_pointer(now);
}

APART by_kind(int value)
{
	static int (*const by[])(int) = {meant, leaf};
	KEEP(600);

	TENON_STACK_CALLS(meaning);
	return by[value & 1](value) + kept[0];
}
TENON_STACK_CALLED(meaning, meant);
TENON_STACK_CALLED(meaning, leaf);

int (*volatile kept_pointer)(int);

/* stack: case_pointer_of_a_kind -> by_kind ~> meant */
int case_pointer_of_a_kind(void)
{
	kept_pointer = taken;
	return by_kind(now) + now;
}

APART by_name(int value)
{
	return kept_pointer(value) + value;
}
TENON_STACK_LEADS(by_name, meant);

/* stack: case_pointer_by_name -> by_name ~> meant */
int case_pointer_by_name(void)
{
	kept_pointer = now ? taken : meant;
	return by_name(now) + now;
}

APART by_none(int value)
{
	TENON_STACK_CALLS(unused);
	return kept_pointer(value) + value;
}
TENON_STACK_NEVER(unused);

/* stack: case_pointer_that_is_never_called -> deep */
int case_pointer_that_is_never_called(void)
{
	kept_pointer = taken;
	return by_none(now) + deep(now);
}

APART by_nothing(int value)
{
	TENON_STACK_CALLS(nothing);
	return kept_pointer(value) + value;
}

/* stack: refused: by_nothing calls through pointers of a kind for which no function is declared */
int case_pointer_of_nothing(void)
{
	return by_nothing(now) + now;
}

APART by_jump(int value)
{
	__attribute__((musttail)) return kept_pointer(value);
}

/* stack: case_pointer_for_good -> by_jump ~=> taken -> leaf */
int case_pointer_for_good(void)
{
	kept_pointer = taken;
	return by_jump(now) + now;
}

/* ---- circles ---- */

APART forever(int value)
{
	KEEP(40);
	return value ? forever(value - 1) + kept[0] : leaf(value);
}

/* stack: refused: forever calls itself */
int case_circle(void)
{
	return forever(now) + now;
}

APART countdown(int value)
{
	KEEP(40);
	TENON_STACK_RECURSION(5);
	return value ? countdown(value - 1) + kept[0] : leaf(value) + kept[1];
}

/* stack: case_circle_declared -> countdown*5 -> leaf */
int case_circle_declared(void)
{
	return countdown(now) + now;
}

APART ping(int value);

APART pong(int value)
{
	KEEP(70);
	return ping(value - 1) + kept[0];
}

APART ping(int value)
{
	KEEP(50);
	TENON_STACK_RECURSION(3);
	return value ? pong(value) + kept[0] : now;
}

/* stack: at least case_circle_of_two -> pong -> ping -> pong -> ping -> pong -> ping */
int case_circle_of_two(void)
{
	return pong(now) + now;
}

APART past_the_end(int value)
{
	KEEP(4000);
	TENON_STACK_OPEN();
	return value ? past_the_end(value + 1) + kept[0] : now;
}

/* stack: open */
int case_open(void)
{
	return past_the_end(now) + now;
}
