/* SPDX-License-Identifier: MIT
 * Code of many kinds for run_decode: what the components of the tree do not have, but one of a user may. Nothing runs it.
 */
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

int sum_of(int count, ...)
{
	va_list list;
	int sum = 0;

	va_start(list, count);
	for (int i = 0; i < count; i++)
		sum += va_arg(list, int);
	va_end(list);
	return sum;
}

int chosen(int which, int (*const by[])(int), int value)
{
	switch (which) {
	case 0:
		return value * 3;
	case 1:
		return value / 7;
	case 2:
		return value % 1000003;
	case 3:
		return by[0](value);
	case 4:
		return by[1](value) + by[2](value);
	case 5:
		return -value;
	case 6:
		return value << (which & 31);
	case 7:
		return __builtin_popcount((unsigned)value);
	case 8:
		return __builtin_clz((unsigned)value | 1);
	default:
		return 0;
	}
}

uint64_t wide(uint64_t a, uint64_t b, uint64_t c)
{
	return (uint64_t)(((unsigned __int128)a * b) >> 64) + (uint64_t)(((unsigned __int128)a * c) >> 13) +
	       __builtin_bswap64(b) + (a > b ? c : a) + (uint16_t)c + (uint64_t)(int8_t)b;
}

uint64_t locked(_Atomic uint64_t *word, _Atomic uint8_t *byte, uint64_t value)
{
	uint64_t was = value;

	(void)atomic_compare_exchange_strong(word, &was, value + 1);
	(void)atomic_fetch_or(byte, (uint8_t)value);
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_fetch_add(word, value) + atomic_exchange(word, was) + was +
	       atomic_load_explicit(byte, memory_order_acquire);
}

size_t varying(size_t size, void (*use)(char *, size_t))
{
	char *room = __builtin_alloca(size);
	char fixed[20000];

	use(room, size);
	use(fixed, sizeof(fixed));
	return (size_t)room[size / 2] + (size_t)fixed[size / 3];
}

_Alignas(64) static char aligned_source[256];

uint32_t aligned(uint32_t at)
{
	_Alignas(64) char copy[256];

	for (uint32_t i = 0; i < sizeof(copy); i++)
		copy[i] = (char)(aligned_source[i] ^ (char)at);
	return (uint32_t)((volatile char *)copy)[at & 255];
}

#ifdef FLOATING
double mixed(double a, float b, int64_t c, const double *list, size_t count)
{
	double sum = a * (double)b + (double)c;

	for (size_t i = 0; i < count; i++)
		sum += list[i] > 0 ? list[i] / (a + 1.5) : __builtin_sqrt(list[i] * list[i] + sum);
	return sum + (double)(int)a + (double)(uint64_t)b;
}

void halves(float *restrict to, const float *restrict from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = from[i] * 0.5f + to[i];
}

void bytes(uint8_t *restrict to, const uint8_t *restrict from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = (uint8_t)((to[i] + from[i] + 1) >> 1);
}

int whole(long double a, long double b)
{
	return (int)(a * b) + (a < b);
}
#endif
