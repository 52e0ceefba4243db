/* SPDX-License-Identifier: MIT
 * Sentences of `assert`, each alone, and the answers of `why`, over one small system.
 */
#include "support.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/answer.h"

static char *why(const struct composed *it, const char *question, bool json)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	assert_true(answer_why(it->model, it->report, question, json, file));
	assert_int_equal(fclose(file), 0);
	return text;
}

static void assert_why(const struct composed *it, const char *question, const char *answer)
{
	char *text = why(it, question, false);

	if (strstr(text, answer) == NULL)
		fail_msg("%s: no \"%s\" in:\n%s", question, answer, text);
	free(text);
}

#define HEAD "system: tried\nboards: [box]\ncomponents:\n"

/* From `b` nothing leads on; `c` sees it through memory that it cannot write. */
static const char *const chain =
    HEAD "  a: {uses: {next: echo}, sources: [it.c]}\n"
	 "  b: {provides: {port: echo, sheet: table}, sources: [it.c]}\n"
	 "  c: {uses: {sheet: table}, sources: [it.c]}\n"
	 "  d: {count: 2, uses: {next: echo}, sources: [it.c]}\n"
	 "  e: {sources: [it.c], device: {compatible: [\"box,uart\"], dma: none}}\n";
#define LABELS "labels: {left: [a, d], right: [c]}\n"
#define DMA    "  f: {sources: [it.c], device: {compatible: [\"box,lamp\"]}}\n"

static struct composed compose_chain(const char *more)
{
	char text[2048];

	compose_with("it.c", "");
	compose_with("interfaces/table.yaml", "interface: table\ndoc: Numbers.\nshared:\n"
					      "  rows: {size: 4 KiB, write: server, doc: The numbers.}\n");
	(void)snprintf(text, sizeof(text), "%s%s", chain, more);
	return compose_text(text, NULL);
}

static void ways(void **state)
{
	struct composed it = compose_chain("");

	(void)state;
	assert_composed(&it);
	assert_why(&it, "a -> c", "a -> c: yes\n  \"a\" calls \"b\" through \"next\"");
	assert_why(&it, "a -> c", "\"b\" writes the memory \"rows\" of \"b.sheet\", which \"c\" has too");
	assert_why(&it, "a -> c except through b", "no\n  reaches \"b\", and ends there");
	assert_why(&it, "c -> a", "c -> a: no\n  reaches nothing");
	assert_why(&it, "b -> [c, d_1]", "yes");
	assert_why(&it, "d_0 -> d_1", "\"b\" answers the calls of \"d_1\" at \"port\"");
	assert_why(&it, "d -> a", "yes");
	assert_why(&it, "e -> a", "e -> a: no\n  reaches \"uart0\"");
	composed_destroy(&it);
	it = compose_chain(DMA);
	assert_composed(&it);
	assert_why(&it, "f -> a", "\"f\" drives the device \"lamp\"");
	assert_why(&it, "f -> a", "the device \"lamp\" may write all memory, that of \"a\" too");
	assert_why(&it, "a -> e except through b",
		   "the device \"lamp\" may read all memory, that of \"a\" too");
	assert_why(&it, "a -> e except through [b, device lamp]", "no\n");
	composed_destroy(&it);
}

/* A step of the JSON has the same text as the line, and the place apart. */
static void json(void **state)
{
	struct composed it = compose_chain("");
	char *text;
	cJSON *answer, *step;

	(void)state;
	assert_composed(&it);
	text = why(&it, "a -> c", true);
	answer = cJSON_Parse(text);
	assert_string_equal(cJSON_GetObjectItem(answer, "question")->valuestring, "a -> c");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(answer, "influences")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(answer, "reaches")), 0);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(answer, "steps")), 2);
	step = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "steps"), 0);
	assert_string_equal(cJSON_GetObjectItem(step, "kind")->valuestring, "call");
	assert_string_equal(cJSON_GetObjectItem(step, "from")->valuestring, "a");
	assert_string_equal(cJSON_GetObjectItem(step, "to")->valuestring, "b");
	assert_string_equal(cJSON_GetObjectItem(step, "text")->valuestring,
			    "\"a\" calls \"b\" through \"next\"");
	assert_non_null(strstr(cJSON_GetObjectItem(step, "file")->valuestring, "system.yaml"));
	assert_int_equal(cJSON_GetObjectItem(step, "line")->valueint, 4);
	assert_int_equal(cJSON_GetObjectItem(step, "column")->valueint, 14);
	step = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "steps"), 1);
	assert_string_equal(cJSON_GetObjectItem(step, "kind")->valuestring, "shared");
	cJSON_Delete(answer);
	free(text);
	text = why(&it, "a -> c except through b", true);
	answer = cJSON_Parse(text);
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(answer, "influences")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(answer, "steps")), 0);
	step = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "reaches"), 0);
	assert_string_equal(cJSON_GetObjectItem(step, "to")->valuestring, "b");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(step, "ends")));
	cJSON_Delete(answer);
	free(text);
	composed_destroy(&it);
}

/* Each sentence alone, and whether it holds. */
static void sentences(void **state)
{
	static const struct sentence {
		const char *text, *rule; /* NULL: holds */
		const char *more;
	} sentence[] = {
	    {"c may not influence [a, b, d]", NULL, ""},
	    {"a may not influence c", "assertion-influence", ""},
	    {"a may not influence c except through b", NULL, ""},
	    {"a may not influence c except through b", "assertion-influence", DMA},
	    {"a may not influence c except through [b, device lamp]", NULL, DMA},
	    {"left may not influence right", "assertion-influence", LABELS},
	    {"right may not influence left", NULL, LABELS},
	    {"[left, right] may not influence right", "bad-assertion", LABELS},
	    {"only left may hold port b.port", NULL, LABELS},
	    {"component c may not influence component a", NULL, ""},
	    {"component b cannot write to right", "assertion-write", LABELS},
	    {"component x cannot write to right", "unknown-component", LABELS},
	    {"c may not influence a", "name-clash", "labels: {b: [a]}\n"},
	    {"c may not influence a", "unknown-instance", "labels: {left: [a, x]}\n"},
	    {"c may not\n    influence a", NULL, ""}, /* over lines */
	    {"a may not\n\n    influence c", "assertion-influence", ""},
	    {"a may not\n\n    influence x", "unknown-instance", ""},
	    {"c cannot write to b", NULL, ""},
	    {"b cannot write to c", "assertion-write", ""},
	    {"b cannot write to a", NULL, ""},
	    {"e cannot write to a", NULL, ""},
	    {"f cannot write to a", "assertion-write", DMA},
	    {"device lamp cannot write to a", "assertion-write", DMA},
	    {"f cannot write to memory b.sheet.rows", "assertion-write", DMA},
	    {"c cannot write to memory b.sheet.rows", NULL, ""},
	    {"b cannot write to memory b.sheet.rows", "assertion-write", ""},
	    {"a cannot write to device uart0", NULL, ""},
	    {"only [b, c] may hold memory b.sheet.rows", NULL, ""},
	    {"only b holds memory b.sheet.rows", "assertion-hold", ""},
	    {"only [a, d] may hold port b.port", NULL, ""},
	    {"only d may hold port b.port", "assertion-hold", ""},
	    {"a does not hold device uart0", NULL, ""},
	    {"only e may hold device uart0", NULL, ""},
	    {"nobody may hold both port b.port and port b.sheet", NULL, ""},
	    {"nobody may hold both device uart0 and device uart0", "assertion-both", ""},
	    {"nobody holds both port b.port and platform", NULL, ""},
	    {"[a, c may not influence b", "bad-assertion", ""},
	    {"a may not influence b except", "bad-assertion", ""},
	    {"a may not influence b, c", "bad-assertion", ""},
	    {"a may not influence [a, b]", "bad-assertion", ""},
	    {"a may not influence c except through c", "bad-assertion", ""},
	    {"a cannot write", "bad-assertion", ""},
	    {"only a may hold b", "bad-assertion", ""},
	    {"nobody may hold both inspector", "bad-assertion", ""},
	    {"x may not influence a", "unknown-instance", ""},
	    {"a may not hold port b.tabel", "unknown-port", ""},
	    {"a may not hold device uart7", "unknown-device", ""},
	    {"a may not hold pool a", "unknown-memory", ""},
	    {"a may not hold memory b.sheet", "unknown-memory", ""},
	    {"", "bad-assertion", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sentence) / sizeof(sentence[0]); i++) {
		char more[256];
		struct composed it;
		char *text;

		(void)snprintf(more, sizeof(more), "%sassert:\n  - '%s'\n", sentence[i].more,
			       sentence[i].text);
		it = compose_chain(more);
		text = report_text(it.report);
		if (sentence[i].rule == NULL && it.model == NULL)
			fail_msg("\"%s\" is refused:\n%s", sentence[i].text, text);
		if (sentence[i].rule != NULL &&
		    (report_errors(it.report) != 1 || strstr(text, sentence[i].rule) == NULL))
			fail_msg("\"%s\" is not refused by %s:\n%s", sentence[i].text, sentence[i].rule,
				 text);
		free(text);
		composed_destroy(&it);
	}
}

/* A composite speaks of its own members, in each of its uses; the overlay adds what the system says. */
static void composite(void **state)
{
	struct composed it;
	char *text = NULL;
	size_t length = 0;
	FILE *file;

	(void)state;
	compose_with("it.c", "");
	compose_with("components/pair/composite.yaml",
		     "composite: pair\ndoc: Two.\ncomponents:\n  one: {component: server}\n"
		     "  other: {component: client, count: 2}\nassert:\n"
		     "  - other_1 may not influence other_0 except through [outside, one]\n"
		     "  - '[component client, one] cannot write to outside'\n"
		     "  - only other may hold port one.port\n"
		     "  - outside may not hold port one.port\n");
	compose_with("overlays/closed.yaml",
		     "overlay: closed\nboards: [box]\nassert: [far does not hold platform]\n");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n  inn: {component: pair, count: 2}\n"
			  "  watch:\n  far: {component: server}\noverlays: [closed]\n"
			  "labels: {one: [far]}\nassert: [far cannot write to inn]\n",
			  NULL);
	assert_composed(&it);
	file = open_memstream(&text, &length);
	assert_non_null(file);
	answer_assertions(it.model, false, file);
	assert_int_equal(fclose(file), 0);
	assert_non_null(strstr(text, "holds: far does not hold platform ("));
	assert_non_null(strstr(text,
			       "holds: [inn_1.other_0, inn_1.other_1, inn_1.one] cannot write to [inn_0.one, "
			       "inn_0.other_0, inn_0.other_1, watch, far] ("));
	assert_non_null(strstr(text, "holds: only inn_0.other may hold port inn_0.one.port ("));
	free(text);
	composed_destroy(&it);
}

/* What flows one way, and what only a loan that is written does. */
static void kinds(void **state)
{
	struct composed it;

	(void)state;
	compose_with("it.c", "");
	compose_with("interfaces/bell.yaml", "interface: bell\ndoc: Rings.\nevents: {ring: It rings.}\n");
	compose_with("interfaces/still.yaml", "interface: still\ndoc: Says nothing.\noperations:\n"
					      "  tell: {in: {a: u8}, reply: never}\n");
	compose_with("interfaces/lender.yaml", "interface: lender\ndoc: Lends.\noperations:\n"
					       "  look: {lend: {data: {read: u8, max: 4 KiB}}}\n");
	compose_with("interfaces/filler.yaml", "interface: filler\ndoc: Lends.\noperations:\n"
					       "  look: {lend: {data: {read: u8, max: 4 KiB}}}\n"
					       "  fill: {lend: {page: {write: u8, max: 4 KiB}}}\n");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n"
			  "  s: {provides: {b: bell, c: still, d: lender, e: filler}, sources: [it.c]}\n"
			  "  b: {uses: {s: bell}, sources: [it.c]}\n"
			  "  c: {uses: {s: still}, sources: [it.c]}\n"
			  "  d: {uses: {s: lender}, sources: [it.c]}\n"
			  "  e: {uses: {s: filler}, sources: [it.c]}\n"
			  "assert:\n"
			  "  - b may not influence [s, c, d, e]\n"
			  "  - s cannot write to [b, c, d]\n"
			  "  - '[b, c, d, e] cannot write to s'\n",
			  NULL);
	assert_composed(&it);
	assert_why(&it, "s -> b", "\"s\" signals \"ring\" to \"b\"");
	assert_why(&it, "c -> s", "\"c\" calls \"s\"");
	assert_why(&it, "s -> c", "\"s\" answers the calls of \"c\""); /* it may call where its stub sends */
	assert_why(&it, "d -> s", "\"d\" calls \"s\"");
	assert_why(&it, "s -> d", "\"s\" answers");
	composed_destroy(&it);
	it = compose_chain("assert: [b may not influence a]\n");
	assert_null(it.model);
	composed_destroy(&it);
}

static void written_loan(void **state)
{
	struct composed it;
	char *text;

	(void)state;
	compose_with("it.c", "");
	compose_with("interfaces/filler.yaml", "interface: filler\ndoc: Lends.\noperations:\n"
					       "  fill: {lend: {page: {write: u8, max: 4 KiB}}}\n");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n"
			  "  s: {provides: {e: filler}, sources: [it.c]}\n"
			  "  e: {uses: {s: filler}, sources: [it.c]}\n"
			  "assert: [s cannot write to e]\n",
			  NULL);
	assert_null(it.model);
	text = report_text(it.report);
	assert_non_null(strstr(text, "\"s\" writes \"page\", memory that \"e\" lends it through \"s\""));
	free(text);
	composed_destroy(&it);
}

/* Who is not connected at all, and in no entry of `supervise`, goes by the supervisor. */
static void supervisor(void **state)
{
	struct composed it;

	(void)state;
	compose_with("it.c", "");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n"
			  "  watch:\n"
			  "  a: {sources: [it.c]}\n"
			  "  b: {sources: [it.c]}\n"
			  "assert:\n"
			  "  - a may not influence b except through watch\n"
			  "  - a cannot write to watch\n",
			  NULL);
	assert_composed(&it);
	assert_why(&it, "a -> b", "  faults of \"a\" go to \"watch\", the supervisor");
	assert_why(&it, "a -> b", "\"watch\", the supervisor, stops \"b\" and starts it anew");
	composed_destroy(&it);
	compose_with("it.c", "");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n"
			  "  watch:\n"
			  "  a: {sources: [it.c]}\n"
			  "assert: [watch cannot write to a]\n",
			  NULL);
	assert_null(it.model);
	composed_destroy(&it);
}

/* Two lamps whose registers lie in one page: the driver of one has those of the other. */
static void one_page(void **state)
{
	struct composed it;

	(void)state;
	compose_with("it.c", "");
	compose_with(
	    "platforms/shelf/board.yaml",
	    "board: shelf\ndoc: Two lamps.\narchitecture: x86_64\nmemory: {at_least: 64 MiB}\ncpus: 1\n"
	    "emulator: {program: none, machine: none, cpu: none, firmware: ovmf}\ndevices:\n"
	    "  near: {compatible: [\"box,near\"], registers: [0xfe000000, 0x100]}\n"
	    "  far: {compatible: [\"box,far\"], registers: [0xfe000f00, 0x200]}\n"
	    "  next: {compatible: [\"box,next\"], registers: [0xfe001800, 0x100]}\n"
	    "  none: {compatible: [\"box,none\"], registers: [0xfe002000, 0x100]}\n");
	it = compose_text("system: tried\nboards: [shelf]\ncomponents:\n"
			  "  a: {sources: [it.c], device: {compatible: [\"box,near\"], dma: none}}\n"
			  "  b: {sources: [it.c], device: {compatible: [\"box,far\"], dma: none}}\n"
			  "  c: {sources: [it.c], device: {compatible: [\"box,next\"], dma: none}}\n"
			  "  d: {sources: [it.c], device: {compatible: [\"box,none\"], dma: none}}\n",
			  NULL);
	assert_composed(&it);
	assert_why(&it, "a -> device far", "\"a\" has the page in which registers of the device \"far\" lie");
	assert_why(&it, "a -> b", "registers of the device \"near\" lie in a page that \"b\" has");
	assert_why(&it, "a -> c except through b", "yes"); /* through the registers that b drives, too */
	assert_why(&it, "a -> d", "a -> d: no");
	assert_why(&it, "d -> [a, b, c]", "no");
	composed_destroy(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ways),      cmocka_unit_test(json),         cmocka_unit_test(composite),
	    cmocka_unit_test(sentences), cmocka_unit_test(supervisor),   cmocka_unit_test(one_page),
	    cmocka_unit_test(kinds),     cmocka_unit_test(written_loan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
