/* SPDX-License-Identifier: MIT
 * The plugin itself: connects QEMU's callbacks with the counters. Options: out=FILE.
 *
 * Until the guest executes the mark ARM, only marks have callbacks. ARM resets the plugin, which makes QEMU translate all
 * code again, and from then on each instruction and each access is seen.
 *
 * Machines with several CPUs need -accel tcg,thread=multi: where QEMU 10 runs all CPUs in one thread (-icount, too), what is
 * translated names the CPU that translated it, not the one that runs it.
 */
#include "count.h"

#include <qemu/qemu-plugin.h>
#include <string.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static qemu_plugin_id_t plugin;
static enum architecture architecture;
static char *out_path;
static bool armed, several;
static GMutex mutex; /* taken where several CPUs run, each in a thread of its own */
static struct qemu_plugin_register *call_register[MAX_CPUS];

static const char *const register_name[] = {[AARCH64] = "x8", [RISCV64] = "t0", [X86_64] = "rax"};

/* Instructions before ARM, whole blocks of them, since the firmware began; and how many there were when the kernel did. */
static qemu_plugin_u64 executed;
static uint64_t executed_at_entry, executed_before;
static bool has_entered;

static void start(qemu_plugin_id_t id);

static void enter(void)
{
	if (several)
		g_mutex_lock(&mutex);
}

static void leave(void)
{
	if (several)
		g_mutex_unlock(&mutex);
}

static void on_mark(unsigned cpu, void *data)
{
	const struct instruction *instruction = data;

	enter();
	if (instruction->what.mark == MARK_ARM && !armed) {
		armed = true;
		executed_before = qemu_plugin_u64_sum(executed) - executed_at_entry;
		qemu_plugin_reset(plugin, start);
	}
	stretch_mark(cpu, &instruction->what);
	leave();
}

static void on_execute(unsigned cpu, void *data)
{
	enter();
	stretch_execute(cpu, data);
	leave();
}

/* The operation stands in the lowest byte of the first control word. */
static void on_call(unsigned cpu, void *data)
{
	GByteArray *bytes = g_byte_array_new();
	int operation = -1;

	(void)data;
	if (cpu < MAX_CPUS && call_register[cpu] != NULL &&
	    qemu_plugin_read_register(call_register[cpu], bytes) > 0)
		operation = bytes->data[0];
	g_byte_array_free(bytes, true);
	enter();
	stretch_call(cpu, operation);
	leave();
}

static void on_access(unsigned cpu, qemu_plugin_meminfo_t information, uint64_t address, void *data)
{
	const struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(information, address);

	if (place == NULL || qemu_plugin_hwaddr_is_io(place))
		return;
	enter();
	stretch_access(cpu, data, qemu_plugin_hwaddr_phys_addr(place), address,
		       qemu_plugin_mem_is_store(information));
	leave();
}

/* Programs of components have the same addresses, so what stands in a page says whose it is. Code does not change. */
static uint64_t page_of(const struct qemu_plugin_insn *insn)
{
	static GHashTable *known; /* page in the host's memory -> its number */
	const uint8_t *page = (const uint8_t *)((uintptr_t)qemu_plugin_insn_haddr(insn) & ~(uintptr_t)4095);
	gpointer found;
	char *digest;

	if (qemu_plugin_insn_vaddr(insn) >> 63 != 0 || page == NULL)
		return 0;
	enter();
	if (known == NULL)
		known = g_hash_table_new(NULL, NULL);
	if (!g_hash_table_lookup_extended(known, page, NULL, &found)) {
		digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, page, 4096);
		digest[15] = '\0'; /* as many digits as fit */
		found = GSIZE_TO_POINTER(g_ascii_strtoull(digest, NULL, 16));
		g_free(digest);
		g_hash_table_insert(known, (gpointer)page, found);
	}
	leave();
	return GPOINTER_TO_SIZE(found);
}

/* The kernel's addresses are in the upper half, those of firmware are not. A block is translated just before it first runs. */
static void count_before(struct qemu_plugin_tb *block)
{
	if (!has_entered && qemu_plugin_tb_vaddr(block) >> 63 != 0) {
		has_entered = true;
		executed_at_entry = qemu_plugin_u64_sum(executed);
	}
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(block, QEMU_PLUGIN_INLINE_ADD_U64, executed,
							  qemu_plugin_tb_n_insns(block));
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
	(void)id;
	if (!armed)
		count_before(block);
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
		struct instruction *instruction;
		struct decoded what;
		uint8_t bytes[16];
		const size_t size = qemu_plugin_insn_data(insn, bytes, sizeof bytes);

		decode(architecture, bytes, (unsigned)size, &what);
		if (!armed && what.kind != KIND_MARK)
			continue;
		instruction = g_new(struct instruction, 1);
		*instruction = (struct instruction){
		    .what = what,
		    .address = qemu_plugin_insn_vaddr(insn),
		    .line = (uint64_t)(uintptr_t)qemu_plugin_insn_haddr(insn) >> LINE_SHIFT,
		    .page = armed ? page_of(insn) : 0,
		};
		if (what.kind == KIND_MARK) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS,
							       instruction);
			continue; /* a mark is no part of what it marks */
		}
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_execute, QEMU_PLUGIN_CB_NO_REGS, instruction);
		if (what.kind == KIND_CALL)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_call, QEMU_PLUGIN_CB_R_REGS, NULL);
		qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
						 instruction);
	}
}

static void on_cpu(qemu_plugin_id_t id, unsigned cpu)
{
	GArray *registers = qemu_plugin_get_registers();

	(void)id;
	for (guint i = 0; cpu < MAX_CPUS && i < registers->len; i++) {
		const qemu_plugin_reg_descriptor *one =
		    &g_array_index(registers, qemu_plugin_reg_descriptor, i);

		if (strcmp(one->name, register_name[architecture]) == 0)
			call_register[cpu] = one->handle;
	}
	g_array_free(registers, true);
}

static void on_end(qemu_plugin_id_t id, void *data)
{
	(void)id, (void)data;
	report(out_path, architecture, executed_before);
}

static void start(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
					   char **argv)
{
	plugin = id;
	several = info->system.smp_vcpus > 1;
	architecture = strcmp(info->target_name, "aarch64") == 0   ? AARCH64
		       : strcmp(info->target_name, "riscv64") == 0 ? RISCV64
								   : X86_64;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4) == 0)
			out_path = g_strdup(argv[i] + 4);
	}
	if (out_path == NULL)
		return -1;
	shared = g_hash_table_new(NULL, NULL);
	executed = qemu_plugin_scoreboard_u64(qemu_plugin_scoreboard_new(sizeof(uint64_t)));
	qemu_plugin_register_vcpu_init_cb(id, on_cpu);
	start(id);
	return 0;
}
