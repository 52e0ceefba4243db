/* SPDX-License-Identifier: MIT
 * Ten thousand copies of a capability, spread over the tables of three workers as a random tree, taken back at once while
 * the workers use, copy, move, map and delete them. When REVOKE returns, nothing finds anything any more.
 */
#include "component.h"

#include "../objects/puppet.h"
#include "maker.h"

#define COPIES     10000u
#define EACH       ((COPIES + WORKERS - 1) / WORKERS)
#define BIT(n)     (UINT64_C(1) << (n))
#define SLOT_OWNER (SLOT_SPARE)
#define SLOT_ROOT  (SLOT_SPARE + 1)
#define SLOT_TOUCH (SLOT_SPARE + 2)
#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)
#define HERE       ((uint64_t)TENON_AREA_OWN + UINT64_C(0x10000))
#define SPREADING  (BIT(USE_READ) | BIT(USE_COPY) | BIT(USE_MOVE) | BIT(USE_COPY_OVER) | BIT(USE_MOVE_OVER))
#define ENDING     (BIT(USE_DELETE) | BIT(USE_REVOKE))

uint64_t deadlines_served;

static void spread(tenon_handle_t root)
{
	uint64_t copies = 0;

	for (unsigned i = 0; i < WORKERS; i++) {
		worker_give(i, root, 0, 0);
		copies += member_ask(i, WORKER_FILL, EACH, 0);
	}
	expect(copies >= COPIES, "so many copies", copies);
}

/* Which of the capabilities goes: all below the copy, all below the owner, or the object itself. */
static void withdraw(tenon_handle_t owner, tenon_handle_t root, uint64_t way)
{
	struct tenon_cap_view view;
	enum tenon_status status;

	if (way == 0)
		status = tenon_cap_revoke(root);
	else if (way == 1)
		status = tenon_cap_revoke(owner);
	else
		status = tenon_cap_delete(owner);
	__atomic_store_n(&shared->revoked, 1, __ATOMIC_SEQ_CST);
	expect(status == TENON_OK, "taken back", (uint64_t)status);
	expect(tenon_cap_read(root, &view) == (way == 0 ? TENON_OK : TENON_BAD_HANDLE), "the root", way);
	expect(tenon_cap_read(owner, &view) == (way == 2 ? TENON_BAD_HANDLE : TENON_OK), "the owner", way);
}

/* Takes them back while the workers do `uses`; all of them must be gone afterwards. */
static void take_back(const char *what, tenon_handle_t owner, tenon_handle_t root, uint64_t uses)
{
	const uint64_t way = random_below(3);
	struct share *ticker = &shared->share[TICKER];
	struct counts sum;
	uint64_t found = 0, start, took, deadlines;

	/* Who waited for the answer of an object that ends is told so. */
	workers_run(uses, WORKER_FILLS, way == 2 ? BIT(TENON_GONE) | BIT(TENON_RESTARTED) : 0);
	workers_wait(1 + random_below(100));
	__atomic_store_n(&ticker->latest_ns, 0, __ATOMIC_RELAXED);
	deadlines = __atomic_load_n(&ticker->uses, __ATOMIC_RELAXED);
	start = clock_ns();
	withdraw(owner, root, way);
	took = clock_ns() - start;
	deadlines = __atomic_load_n(&ticker->uses, __ATOMIC_RELAXED) - deadlines;
	deadlines_served += deadlines;
	log_info("%s: way %llu, %llu us, %llu deadlines in it, at most %llu us late", what,
		 (unsigned long long)way, (unsigned long long)(took / MICROSECOND),
		 (unsigned long long)deadlines,
		 (unsigned long long)(__atomic_load_n(&ticker->latest_ns, __ATOMIC_RELAXED) / MICROSECOND));
	workers_wait_stale();
	workers_stop(&sum);
	expect(sum.done != 0 && sum.stale != 0, "used before and after", sum.done);
	for (unsigned i = 0; i < WORKERS; i++)
		found += member_ask(i, WORKER_CHECK, 0, 0);
	expect(found == 0, "copies that are left", found);
	log_info("%s: %llu uses, %llu done, %llu stale, %llu told of the end", what,
		 (unsigned long long)sum.uses, (unsigned long long)sum.done, (unsigned long long)sum.stale,
		 (unsigned long long)sum.over);
	(void)tenon_cap_delete(owner); /* gone already, if that was the way */
}

static tenon_handle_t root_make(tenon_handle_t owner)
{
	tenon_handle_t root = 0;
	enum tenon_status status = tenon_cap_copy(owner, 0, SLOT_ROOT, TENON_RIGHTS_ALL, 0, &root);

	expect(status == TENON_OK, "a root", (uint64_t)status);
	return root;
}

void try_copies(void)
{
	tenon_handle_t owner = 0, root;
	enum tenon_status status =
	    tenon_set_make(member[SERVER].set, TENON_TYPE_ENDPOINT, SLOT_OWNER, 0, &owner);

	expect(status == TENON_OK, "an endpoint", (uint64_t)status);
	root = root_make(owner);
	spread(root);
	take_back("copies", owner, root, BIT(USE_CALL) | SPREADING | (random_below(2) != 0 ? ENDING : 0));
}

/* ---- frames ---- */

/* Until a tenth of them is mapped; the pool has the page tables from the first round on. */
static void map_many(void)
{
	struct counts sum = {.done = 0};
	uint64_t mapped = 0;

	for (unsigned n = 0; n < 50 && mapped < COPIES / 10; n++) {
		workers_run(BIT(USE_MAP), WORKER_FILLS, 0);
		workers_wait(50);
		workers_stop(&sum);
		mapped += sum.done;
	}
	expect(mapped >= COPIES / 10, "many are mapped", mapped);
}

static void expect_unmapped(void)
{
	uint64_t mapped = 0;

	for (unsigned i = 0; i < WORKERS; i++)
		for (uint64_t n = 0; n < WORKER_FILLS; n++) {
			uint32_t rights = 0;

			(void)tenon_space_query(member[i].space, WORKER_MAPS + n * TENON_PAGE_SIZE, &rights,
						NULL);
			mapped += rights != 0;
		}
	expect(mapped == 0, "mappings that are left", mapped);
}

/* One more copy, mapped by a puppet that counts in it: it faults, and what it wrote stays as it is. */
static void touch(struct tenon_process *puppet, tenon_handle_t root)
{
	tenon_handle_t copy = 0;

	puppet_make(puppet, 0, 1 + (unsigned)random_below(WORKERS), fault_endpoint);
	expect(tenon_cap_copy(root, 0, SLOT_TOUCH, TENON_RIGHTS_ALL, 0, &copy) == TENON_OK &&
		   tenon_frame_map(copy, puppet->space, PUPPET_SPARE, READ_WRITE, TENON_CACHE_NORMAL) ==
		       TENON_OK &&
		   puppet_tell(puppet->endpoint, PUPPET_COUNT, PUPPET_SPARE, 0) == TENON_OK,
	       "one that counts", 0);
}

static void touched(struct tenon_process *puppet)
{
	struct tenon_ipc ipc;
	enum tenon_status status =
	    tenon_receive(fault_set, fault_reply, clock_ns() + 20000 * MILLISECOND, &ipc);

	expect(status == TENON_OK && tenon_tag_label(ipc.tag) == TENON_LABEL_FAULT &&
		   ipc.word[2] == PUPPET_SPARE,
	       "who counts faults", (uint64_t)status);
	expect(tenon_process_destroy(puppet) == TENON_OK, "ended after its fault", 0);
	(void)tenon_receive(fault_set, 0, TENON_NOW, &ipc); /* that its call is over */
}

void try_mappings(void)
{
	struct tenon_process puppet;
	tenon_handle_t owner = 0, root;
	enum tenon_status status =
	    tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, SLOT_OWNER, TENON_PAGE_SIZE, &owner);

	expect(status == TENON_OK, "a frame", (uint64_t)status);
	root = root_make(owner);
	spread(root);
	map_many();
	touch(&puppet, root);
	take_back("mappings", owner, root,
		  BIT(USE_MAP) | BIT(USE_UNMAP) | BIT(USE_PROTECT) | SPREADING |
		      (random_below(2) != 0 ? ENDING : 0));
	touched(&puppet);
	expect_unmapped();
}
