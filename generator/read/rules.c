/* SPDX-License-Identifier: MIT
 * The names of the rules; see rules.h.
 */
#include "rules.h"

struct rule_entry {
	const char *name, *text;
};

static const struct rule_entry table[] = {
#define RULE_ENTRY(id, name, text) {name, text},
    RULES(RULE_ENTRY)
#undef RULE_ENTRY
};

const char *rule_name(enum rule rule)
{
	return table[rule].name;
}

const char *rule_text(enum rule rule)
{
	return table[rule].text;
}
