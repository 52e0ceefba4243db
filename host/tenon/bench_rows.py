# SPDX-License-Identifier: MIT
"""What ./tenon bench counts: each row's name, what runs it, and the goal beside it.

The goal of a kernel operation is a share of what seL4 16.0.0 takes (no scheduling contexts, its fast path, gcc -O2, one
CPU), counted the same way; the figures of seL4 stand in the order of ARCHITECTURES."""

import dataclasses

ARCHITECTURES = ("aarch64", "riscv64", "x86_64")


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    system: str  # the folder of tests/bench that prints it
    what: str
    other: tuple = ()  # seL4's instructions
    share: float = 0.0  # of them that ours may take at most
    limit: int = 0  # where the goal is a number of its own
    unit: str = "instructions"

    def goal(self, architecture):
        """The largest value that is good, or None."""
        if self.limit:
            return self.limit
        if not self.other:
            return None
        return int(self.other[ARCHITECTURES.index(architecture)] * self.share)


COMPARED = [
    Row("null_syscall", "ipc", "null system call", (97, 127, 85), 0.7),
    Row("call_reply_0", "ipc", "call and reply-and-wait, 0 bytes", (530, 727, 462), 0.6),
    Row("call_reply_64", "ipc", "the same, 64 bytes", (1559, 2050, 1707), 0.25),
    Row("call_reply_960", "ipc", "the same, 960 bytes", (2679, 3394, 2827), 0.6),
    Row("signal", "ipc", "signal, nobody waiting", (323, 436, 374), 0.6),
    Row("signal_wait_round_trip", "switch", "signal and wait, there and back", (1967, 2878, 2053), 0.5),
    Row("yield_round_trip", "switch", "yield, two switches", (665, 1021, 536), 0.7),
    Row("map_4k", "objects", "map one page of 4 KiB", (555, 736, 781), 0.7),
    Row("unmap_4k", "objects", "unmap it", (515, 692, 642), 0.7),
    Row("create_thread", "objects", "make a thread object", (781, 1020, 3844), 0.7),
    Row("frame_make_delete", "objects", "make and delete a frame of 4 KiB, zeroed", (3782, 3846, 4445), 0.5),
    Row("mint", "objects", "mint", (677, 932, 908), 0.6),
    Row("revoke_1", "objects", "revoke 1 copy", (765, 1079, 905), 0.5),
    Row("revoke_64", "objects", "revoke 64 copies", (15500, 22400, 17100), 0.5),
    Row("revoke_1024", "objects", "revoke 1,024 copies", (240000, 348000, 263000), 0.5),
]

MADE = ["pool", "frame_4k", "space", "table", "thread", "scheduling", "receive_set", "endpoint", "notification", "reply"]
LOANS = [("64", 64), ("256", 256), ("1k", 1 << 10), ("4k", 4 << 10), ("16k", 16 << 10), ("64k", 64 << 10),
         ("256k", 256 << 10), ("1m", 1 << 20)]
FURTHER = [
    Row("context_switch", "switch", "half of yield_round_trip: from one component to another", limit=10000),
    Row("interrupt_to_user", "switch", "from a deadline on an idle CPU to the component that waits for it"),
    *[Row(f"make_{name}", "objects", f"make one {name.replace('_', ' ')}", limit=1000 if name == "frame_4k" else 0)
      for name in MADE],
    *[Row(f"capability_lookup_{1 << bits}", "lookup",
          f"a system call through the last slot of a table of 2^{bits}") for bits in range(4, 21, 2)],
    Row("channel_throughput", "channel", "one entry of 64 bytes through a channel, both sides running"),
    Row("channel_wakeup", "channel", "one entry to a receiver that sleeps, until it has it"),
    *[Row(f"loan_{name}", "loans", f"a server reads a loan of {size:,} bytes", limit=5000 if size == 16 << 10 else 0)
      for name, size in LOANS],
    Row("process_create", "process", "make and start a process: pool, space, table, thread, pages"),
    Row("process_destroy", "process", "end it, all memory back in the pool"),
    Row("disk_read_4k_1", "storage", "a disk's driver: read 4 KiB, one at a time", limit=8000),
    Row("disk_read_4k_32", "storage", "the same, 32 in flight", limit=4000),
    Row("disk_write_4k_1", "storage", "write 4 KiB, one at a time", limit=8000),
    Row("disk_write_4k_32", "storage", "the same, 32 in flight", limit=4000),
    Row("disk_read_64k_16", "storage", "read 64 KiB, 16 in flight"),
    Row("disk_write_64k_16", "storage", "write 64 KiB, 16 in flight"),
    Row("disk_read_1m_1", "storage", "read 1 MiB, one at a time", limit=50_000),
    Row("disk_write_1m_1", "storage", "write 1 MiB, one at a time", limit=50_000),
    Row("block_read_4k_1", "block", "through the component that shares a disk: read 4 KiB, one at a time", limit=8000),
    Row("block_read_4k_32", "block", "the same, 32 in flight", limit=4000),
    Row("block_write_4k_1", "block", "write 4 KiB, one at a time", limit=8000),
    Row("block_write_4k_32", "block", "the same, 32 in flight", limit=4000),
    Row("block_read_64k_16", "block", "read 64 KiB, 16 in flight"),
    Row("block_write_64k_16", "block", "write 64 KiB, 16 in flight"),
    Row("block_read_1m_1", "block", "read 1 MiB, one at a time", limit=50_000),
    Row("block_write_1m_1", "block", "write 1 MiB, one at a time", limit=50_000),
    Row("ext4_read_4k_cold_1", "files", "an ext4, through vfs: read 4 KiB that are not cached, one call at a time", limit=10_000),
    Row("ext4_read_4k_cold_32", "files", "the same, 32 callers", limit=10_000),
    Row("ext4_read_4k_cached_1", "files", "read 4 KiB that are cached, one call at a time", limit=2000),
    Row("ext4_read_4k_cached_32", "files", "the same, 32 callers", limit=2000),
    Row("ext4_write_4k_cold_1", "files", "write 4 KiB that are not cached, and all to the medium at the end", limit=10_000),
    Row("ext4_write_4k_cold_32", "files", "the same, 32 callers", limit=10_000),
    Row("ext4_write_4k_cached_1", "files", "write 4 KiB that are cached", limit=2000),
    Row("ext4_read_1m_cold", "files", "read 1 MiB that is not cached", limit=500_000),
    Row("ext4_read_1m_cached", "files", "read 1 MiB that is cached", limit=200_000),
    Row("ext4_write_1m_cold", "files", "write 1 MiB that is not cached, and all to the medium at the end", limit=500_000),
    Row("ext4_write_1m_cached", "files", "write 1 MiB that is cached", limit=200_000),
    Row("ext4_overwrite_4k_sync", "files", "overwrite 4 KiB and sync", limit=40_000),
    Row("ext4_append_4k_sync", "files", "append 4 KiB and sync", limit=100_000),
    Row("ext4_open_close", "files", "open a file, read its attributes, close it"),
    Row("ext4_create_remove", "files", "make a file, write 100 bytes, close it, remove it"),
    Row("tcp_send", "network", "TCP, a segment of 1,460 bytes sent and acknowledged, of a stream"),
    Row("tcp_receive", "network", "TCP, a segment of 1,460 bytes received, of a stream"),
    Row("udp_echo_1", "network", "UDP, 64 bytes received and sent back, one at a time", limit=10_000),
    Row("udp_echo_16", "network", "the same, 16 on their way", limit=7000),
    Row("http_keep_alive", "network", "httpd, a file of 1 KiB that is cached, over one connection", limit=25_000),
    Row("http_close", "network", "the same, a connection for each", limit=70_000),
    Row("appliance_first_request", "network", "kernel entry to the first request that was answered", limit=300_000_000),
    Row("appliance_idle_second", "network", "a second in which nobody wants anything", limit=5000),
    Row("appliance_memory", "network", "memory in use when the first request was answered", limit=24 << 20, unit="bytes"),
    Row("appliance_image", "network", "the image", limit=6 << 20, unit="bytes"),
    Row("interrupts_masked_longest", "ipc", "longest stay in the kernel of all runs with one CPU", limit=5000),
    Row("interrupts_masked_hostile", "hostile", "the same, of the run with random system calls", limit=5000),
    Row("boot_to_user", "boot", "kernel entry to the first user instruction", limit=2_000_000),
    Row("boot_to_line", "boot", "kernel entry to the first line on the console"),
    Row("memory_in_use", "boot", "memory in use by the smallest system with a console", unit="bytes"),
    Row("pairs_foreign_lines", "pairs", "lines that one CPU writes and another touches, four pairs calling", unit="lines"),
]
BESIDE_LINUX = ["disk_read_4k_1", "disk_read_4k_32", "disk_write_4k_1", "disk_write_4k_32", "disk_read_1m_1", "disk_write_1m_1",
                *[f"ext4_{name}" for name in (
                    "read_4k_cold_1", "read_4k_cached_1", "write_4k_cold_1", "write_4k_cached_1", "read_1m_cold",
                    "read_1m_cached", "write_1m_cold", "write_1m_cached", "overwrite_4k_sync", "append_4k_sync", "open_close",
                    "create_remove")],
                "tcp_send", "tcp_receive", "udp_echo_1", "udp_echo_16", "http_keep_alive", "http_close", "appliance_first_request",
                "appliance_idle_second"]
LINUX = [Row(f"linux_{name}", "linux", "the same, Debian's Linux") for name in BESIDE_LINUX]
ROWS = COMPARED + FURTHER
