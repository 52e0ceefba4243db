/* SPDX-License-Identifier: MIT
 * The first and only program of a Linux: the rows of tests/bench/storage and tests/bench/files through its system calls, on
 * the same disks. The plugin counts between the same marks, and lines that begin with `bench:` say what they were.
 */
#include "network.h"
#include "program.h"

#include "../files/places.h"
#include "../support/mark.h"

#define WINDOWS 3u
#define LARGE   (1u << 20)
#define DEPTH   32u

static uint8_t data[LARGE] __attribute__((aligned(PAGE)));
static long file;
static uint32_t number, state = 1; /* the next page of the large file; of random places */

static long open_file(const char *path, int flags)
{
	return must(CALL4(SYS_OPENAT, AT_FDCWD, path, flags, 0644), path);
}

static void read_at(uint64_t offset, uint32_t bytes)
{
	must(CALL4(SYS_PREAD, file, data, bytes, offset) == bytes ? 0 : -1, "read");
}

static void write_at(uint64_t offset, uint32_t bytes)
{
	data[0]++;
	must(CALL4(SYS_PWRITE, file, data, bytes, offset) == bytes ? 0 : -1, "write");
}

static void sync_file(void)
{
	must(CALL1(SYS_FSYNC, file), "fsync");
}

/* ---- turns ------------------------------------------------------------------------------------ */

static uint64_t random_place(void)
{
	state = state * 1664525 + 1013904223;
	return (uint64_t)(state >> 8) % (64u << 20 >> 12) * PAGE;
}

static void read_random(uint32_t turn)
{
	(void)turn;
	read_at(random_place(), PAGE);
}

static void write_random(uint32_t turn)
{
	(void)turn;
	write_at(random_place(), PAGE);
}

static void read_large(uint32_t turn)
{
	read_at((uint64_t)turn % 64 * LARGE, LARGE);
}

static void write_large_raw(uint32_t turn)
{
	write_at((uint64_t)turn % 64 * LARGE, LARGE);
}

static void read_cold(uint32_t turn)
{
	(void)turn;
	read_at(place_of(number++), PAGE);
}

static void read_cached(uint32_t turn)
{
	read_at(warm_place_of(turn), PAGE);
}

static void write_cold(uint32_t turn)
{
	(void)turn;
	write_at(place_of(number++), PAGE);
}

static void write_cached(uint32_t turn)
{
	write_at(warm_place_of(turn), PAGE);
}

static void read_large_cold(uint32_t turn)
{
	static uint32_t next;

	(void)turn;
	read_at((uint64_t)next++ * LARGE, LARGE);
}

static void read_large_cached(uint32_t turn)
{
	(void)turn;
	read_at(0, LARGE);
}

static void write_large(uint32_t turn)
{
	write_at((uint64_t)(turn + 1) * LARGE, LARGE);
}

static void write_large_cached(uint32_t turn)
{
	(void)turn;
	write_at(0, LARGE);
}

static void overwrite_and_sync(uint32_t turn)
{
	write_at(warm_place_of(turn), PAGE);
	sync_file();
}

static void append_and_sync(uint32_t turn)
{
	static uint64_t end;

	(void)turn;
	write_at(end, PAGE);
	end += PAGE;
	sync_file();
}

static void open_and_close(uint32_t turn)
{
	static uint8_t attributes[256];
	const long opened = open_file("/disk/folder/small", 0);

	(void)turn;
	must(CALL2(SYS_FSTAT, opened, attributes), "fstat");
	must(CALL1(SYS_CLOSE, opened), "close");
}

static void create_and_remove(uint32_t turn)
{
	const long opened = open_file("/disk/folder/new", O_CREAT | O_WRONLY);

	(void)turn;
	must(CALL4(SYS_PWRITE, opened, data, 100, 0), "write");
	must(CALL1(SYS_CLOSE, opened), "close");
	must(CALL3(SYS_UNLINKAT, AT_FDCWD, "/disk/folder/new", 0), "unlink");
}

/* ---- many in flight --------------------------------------------------------------------------- */

static unsigned long context;

/* `turns` requests, DEPTH of them at once; what has ended is followed by as many in one call. */
static void in_flight(uint32_t turns, uint16_t operation)
{
	static struct iocb requests[DEPTH], *list[DEPTH];
	static struct io_event events[DEPTH];
	uint32_t sent = 0, done = 0, place[DEPTH], places = DEPTH;

	for (uint32_t i = 0; i < DEPTH; i++) {
		place[i] = i;
	}
	while (done < turns) {
		uint32_t count = 0;
		long ended;

		for (; places > 0 && sent < turns; sent++) {
			const uint32_t i = place[--places];

			requests[i] = (struct iocb){.data = i,
						    .operation = operation,
						    .file = (uint32_t)file,
						    .buffer = (uintptr_t)(data + i * PAGE),
						    .bytes = PAGE,
						    .offset = random_place()};
			list[count++] = &requests[i];
		}
		if (count > 0) {
			must(CALL3(SYS_IO_SUBMIT, context, count, list) == count ? 0 : -1, "io_submit");
		}
		ended = must(CALL5(SYS_IO_GETEVENTS, context, 1, DEPTH, events, 0), "io_getevents");
		for (long i = 0; i < ended; i++) {
			must(events[i].result == PAGE ? 0 : -1, "a request");
			place[places++] = (uint32_t)events[i].data;
		}
		done += (uint32_t)ended;
	}
}

/* ---- rows ------------------------------------------------------------------------------------- */

struct row {
	const char *name;
	void (*turn)(uint32_t turn); /* NULL: many in flight, of this operation */
	uint16_t operation;
	uint32_t turns;
	const char *path;
	int flags;
	_Bool is_cold, ends_synced;
};

static const struct row rows[] = {
    {"disk_read_4k_1", read_random, 0, 256, "/dev/vdb", O_DIRECT, 0, 0},
    {"disk_read_4k_32", NULL, IOCB_READ, 1024, "/dev/vdb", O_DIRECT, 0, 0},
    {"disk_write_4k_1", write_random, 0, 256, "/dev/vdb", O_DIRECT, 0, 0},
    {"disk_write_4k_32", NULL, IOCB_WRITE, 1024, "/dev/vdb", O_DIRECT, 0, 0},
    {"disk_read_1m_1", read_large, 0, 64, "/dev/vdb", O_DIRECT, 0, 0},
    {"disk_write_1m_1", write_large_raw, 0, 64, "/dev/vdb", O_DIRECT, 0, 0},
    {"ext4_read_4k_cold_1", read_cold, 0, 256, "/disk/random", 0, 1, 0},
    {"ext4_read_4k_cached_1", read_cached, 0, 256, "/disk/random", 0, 0, 0},
    {"ext4_write_4k_cold_1", write_cold, 0, 256, "/disk/random", 0, 1, 1},
    {"ext4_write_4k_cached_1", write_cached, 0, 256, "/disk/random", 0, 0, 0},
    {"ext4_read_1m_cold", read_large_cold, 0, 8, "/disk/long", 0, 1, 0},
    {"ext4_read_1m_cached", read_large_cached, 0, 8, "/disk/long", 0, 0, 0},
    {"ext4_write_1m_cold", write_large, 0, 8, "/disk/long", 0, 1, 1},
    {"ext4_write_1m_cached", write_large_cached, 0, 8, "/disk/long", 0, 0, 0},
    {"ext4_overwrite_4k_sync", overwrite_and_sync, 0, 32, "/disk/random", 0, 0, 0},
    {"ext4_append_4k_sync", append_and_sync, 0, 32, "/disk/growing", 0, 0, 0},
    {"ext4_open_close", open_and_close, 0, 64, "/disk/random", 0, 0, 0},
    {"ext4_create_remove", create_and_remove, 0, 32, "/disk/random", 0, 0, 0},
};
#define ROWS (sizeof rows / sizeof *rows)

/* What is dirty goes to the disk, what is clean from memory; then what leads to the file's data is read again. */
static void forget_pages(void)
{
	const long control = open_file("/proc/sys/vm/drop_caches", O_WRONLY);

	(void)CALL0(SYS_SYNC);
	must(CALL3(SYS_WRITE, control, "3", 1), "drop_caches");
	must(CALL1(SYS_CLOSE, control), "close");
	read_at(place_of(number++), PAGE);
}

static void do_turns(const struct row *row, uint32_t turns)
{
	if (row->turn == NULL) {
		in_flight(turns, row->operation);
		return;
	}
	for (uint32_t turn = 0; turn < turns; turn++) {
		row->turn(turn);
	}
}

static void measure(const struct row *row)
{
	const unsigned mark = NETWORK_MARKS + (unsigned)(row - rows);

	file = open_file(row->path, O_RDWR | O_CREAT | row->flags);
	if (row->turn == read_cached || row->turn == write_cached || row->turn == overwrite_and_sync) {
		read_at(0, LARGE);
	}
	do_turns(row, 1);
	for (uint32_t window = 0; window < WINDOWS; window++) {
		(void)CALL0(SYS_SYNC);
		if (row->is_cold) {
			forget_pages();
		}
		mark_row(1, mark);
		do_turns(row, row->turns);
		if (row->ends_synced) {
			sync_file();
		}
		mark_row(0, mark);
	}
	must(CALL1(SYS_CLOSE, file), "close");
	say("bench: linux_");
	say(row->name);
	say(" ");
	say_number(row->turns);
	say(" operations mark ");
	say_number(mark);
	say("\n");
}

/* ---- start ------------------------------------------------------------------------------------ */

static void wait_for(const char *device)
{
	const int64_t tenth[2] = {0, 100000000};

	for (unsigned i = 0; i < 100 && CALL4(SYS_OPENAT, AT_FDCWD, device, 0, 0) < 0; i++) {
		(void)CALL2(SYS_NANOSLEEP, tenth, 0);
	}
}

static void start(void)
{
	static const char *const modules[] = {"/virtio_ring.ko",
					      "/virtio.ko",
					      "/virtio_pci_legacy_dev.ko",
					      "/virtio_pci_modern_dev.ko",
					      "/virtio_pci.ko",
					      "/virtio_blk.ko",
					      "/failover.ko",
					      "/net_failover.ko",
					      "/virtio_net.ko"};

	must(CALL5(SYS_MOUNT, "devtmpfs", "/dev", "devtmpfs", 0, 0), "mount /dev");
	must(CALL5(SYS_MOUNT, "proc", "/proc", "proc", 0, 0), "mount /proc");
	for (unsigned i = 0; i < sizeof modules / sizeof *modules; i++) {
		must(CALL3(SYS_FINIT_MODULE, open_file(modules[i], 0), "", 0), modules[i]);
	}
	wait_for("/dev/vda");
	wait_for("/dev/vdb");
	must(CALL5(SYS_MOUNT, "/dev/vda", "/disk", "ext4", 0, 0), "mount /disk");
}

__attribute__((used)) static void run(void)
{
	start();
	network_begin(); /* the first request arms the plugin */
	network_serve();
	must(CALL2(SYS_IO_SETUP, DEPTH, &context), "io_setup");
	memset(data, 0x5a, sizeof data);
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		measure(row);
	}
	say("bench: done\n");
	stop();
}

/* The kernel starts a program here, with the stack aligned to 16 bytes. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n call run\n");
#else
__asm__(".globl _start\n_start: mov x29, #0\n bl run\n");
#endif
