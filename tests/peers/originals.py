# SPDX-License-Identifier: MIT
"""What the originals of the peers' examples consist of: the files that a user of theirs writes, each with the commit of the
version that was counted and its lines of code (`tests/tree/comparison --count FILE` says them, given that file).

    example: (title, repository, [(kind, path, commit, lines), …])

kind: `description` what describes the system and its interfaces, `code`, `build` what says how to build it. A repository
before a path, with a colon, is another one: not all files of an example are kept in the same place."""

ORIGINALS = {
    "camkes_adder": ("CAmkES `adder`", "seL4/camkes", [
        ("description", "apps/adder/adder.camkes", "13d9d9ef83f2", 11),
        ("description", "apps/adder/interfaces/Addition.idl4", "1bc14f80bcfe", 3),
        ("description", "apps/adder/components/Adder/Adder.camkes", "1bc14f80bcfe", 5),
        ("description", "apps/adder/components/Client/Client.camkes", "1bc14f80bcfe", 6),
        ("code", "apps/adder/components/Adder/include/payload.h", "1bc14f80bcfe", 8),
        ("code", "apps/adder/components/Adder/src/adder.c", "1bc14f80bcfe", 16),
        ("code", "apps/adder/components/Client/include/payload.h", "73257ba4ecd5", 8),
        ("code", "apps/adder/components/Client/src/client.c", "1bc14f80bcfe", 26),
        ("build", "apps/adder/CMakeLists.txt", "203eba3f50c5", 6),
        ("build", "apps/adder/components/Adder/CMakeLists.txt", "203eba3f50c5", 3),
        ("build", "apps/adder/components/Client/CMakeLists.txt", "1f18d54794f0", 3),
    ]),
    "camkes_multiclient": ("CAmkES `multiclient`", "seL4/camkes", [
        ("description", "apps/multiclient/multiclient.camkes", "1bc14f80bcfe", 15),
        ("description", "apps/multiclient/interfaces/Simple.idl4", "1bc14f80bcfe", 3),
        ("description", "apps/multiclient/components/Client/Client.camkes", "1bc14f80bcfe", 7),
        ("description", "apps/multiclient/components/Echo/Echo.camkes", "1bc14f80bcfe", 6),
        ("description", "apps/multiclient/components/Sender/Sender.camkes", "1bc14f80bcfe", 7),
        ("code", "apps/multiclient/components/Client/src/client.c", "1bc14f80bcfe", 18),
        ("code", "apps/multiclient/components/Echo/src/echo.c", "1bc14f80bcfe", 17),
        ("code", "apps/multiclient/components/Sender/src/client.c", "1bc14f80bcfe", 18),
        ("build", "apps/multiclient/CMakeLists.txt", "203eba3f50c5", 7),
    ]),
    "camkes_events": ("CAmkES `event`", "seL4/camkes", [
        ("description", "apps/event/event.camkes", "1bc14f80bcfe", 10),
        ("description", "apps/event/components/Collector/Collector.camkes", "1bc14f80bcfe", 4),
        ("description", "apps/event/components/Emitter/Emitter.camkes", "1bc14f80bcfe", 4),
        ("code", "apps/event/components/Collector/src/collector.c", "1bc14f80bcfe", 12),
        ("code", "apps/event/components/Emitter/src/emitter.c", "1bc14f80bcfe", 21),
        ("build", "apps/event/CMakeLists.txt", "1027d23015c6", 6),
    ]),
    "camkes_dataports": ("CAmkES `dataport`", "seL4/camkes", [
        ("description", "apps/dataport/dataport.camkes", "1bc14f80bcfe", 10),
        ("description", "apps/dataport/components/DataportTest/DataportTest.camkes", "1bc14f80bcfe", 5),
        ("code", "apps/dataport/components/DataportTest/src/client.c", "1bc14f80bcfe", 14),
        ("build", "apps/dataport/CMakeLists.txt", "1027d23015c6", 5),
    ]),
    "microkit_hello": ("Microkit `hello`", "seL4/microkit", [
        ("description", "example/hello/hello.system", "6b3ccd494447", 6),
        ("code", "au-ts/microkit:example/hello/hello.c", "167cd5f53853", 10),
        ("build", "example/hello/Makefile", "1b9cb3b18f5f", 41),
    ]),
    "microkit_ping_pong": ("Microkit `pingpong`", "au-ts/microkit", [
        ("description", "example/pingpong/pingpong.system", "1d246fdf65f4", 13),
        ("code", "example/pingpong/ping.pnk", "0cf0bf3a04b6", 19),
        ("code", "example/pingpong/pong.c", "1d246fdf65f4", 13),
        ("build", "example/pingpong/Makefile", "1d246fdf65f4", 83),
    ]),
    "microkit_passive_server": ("Microkit `passive_server`", "seL4/microkit", [
        ("description", "example/passive_server/passive_server.system", "1b9cb3b18f5f", 13),
        ("code", "example/passive_server/client.c", "6143b3c5d6cd", 11),
        ("code", "example/passive_server/server.c", "658961c5342d", 20),
        ("build", "example/passive_server/Makefile", "6b3ccd494447", 46),
    ]),
    "microkit_hierarchy": ("Microkit `hierarchy`", "seL4/microkit", [
        ("description", "example/hierarchy/hierarchy.system", "dd48cc32e359", 12),
        ("code", "example/hierarchy/restarter.c", "1b9cb3b18f5f", 46),
        ("code", "CTSRD-CHERI/CHERI-Microkit:example/hierarchy/crasher.c", "382def2ae523", 11),
        ("build", "example/hierarchy/Makefile", "323d483a48af", 59),
    ]),
    "sddf_serial": ("sDDF `serial`", "au-ts/sddf", [
        ("description", "examples/serial/meta.py", "029efceb0207", 95),
        ("code", "examples/serial/client.c", "42d5e9a2feb1", 33),
        ("build", "examples/serial/serial.mk", "0255783e19fa", 73),
        ("build", "examples/serial/Makefile", "0454d81e8591", 20),
    ]),
    "hubris_lease": ("Hubris `ping` and `pong`", "oxidecomputer/hubris", [
        ("description", "app/demo-stm32f4-discovery/app.toml ([tasks.ping], [tasks.pong])", "020acaba15b5", 14),
        ("code", "task/ping/src/main.rs", "050ad255dc5a", 55),
        ("code", "task/pong/src/main.rs", "194e9145005e", 36),
        ("build", "task/ping/Cargo.toml", "0638c14fd0dd", 18),
        ("build", "task/ping/build.rs", "0d017faceccd", 23),
        ("build", "task/pong/Cargo.toml", "05302d60f5c9", 21),
    ]),
}
