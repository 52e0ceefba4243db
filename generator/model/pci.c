/* SPDX-License-Identifier: MIT
 * PCI functions: their names (PCI Bus Binding to IEEE 1275, 2.5) as what they say of an identity, the functions that a board
 * lists, and what a driver of one holds.
 */
#include "build.h"

#include <string.h>

#define ID_DIGITS      4u
#define LAST_BUS       255u
#define LAST_SLOT      31u
#define LAST_OF        7u /* functions of a device */
#define WINDOW_DEFAULT UINT64_C(0x100000)
#define LARGE_FRAME    UINT64_C(0x200000)

/* ---- Names ---- */

/* At most `digits` hexadecimal digits, lower case; false where there is none, or one more. */
static bool take_hex(const char **at, uint32_t digits, uint32_t *value)
{
	uint32_t count = 0;

	for (*value = 0; count <= digits; count++, (*at)++) {
		if (**at >= '0' && **at <= '9')
			*value = *value << 4 | (uint32_t)(**at - '0');
		else if (**at >= 'a' && **at <= 'f')
			*value = *value << 4 | (uint32_t)(**at - 'a' + 10);
		else
			break;
	}
	return count != 0 && count <= digits;
}

static bool take(const char **at, char letter)
{
	bool there = **at == letter;

	*at += there ? 1 : 0;
	return there;
}

static bool parse_class(const char *at, struct pci_name *name)
{
	const size_t digits = strlen(at);
	uint32_t value;

	if ((digits != 4 && digits != 6) || !take_hex(&at, 6, &value) || *at != '\0')
		return false;
	name->class = digits == 6 ? value : value << 8;
	name->class_mask = digits == 6 ? 0xffffff : 0xffff00;
	return true;
}

static bool parse_identity(const char *at, struct pci_name *name)
{
	uint32_t part[4];

	if (!take_hex(&at, ID_DIGITS, &part[0]) || !take(&at, ',') || !take_hex(&at, ID_DIGITS, &part[1]))
		return false;
	name->id = part[0] | (uint64_t)part[1] << 16;
	name->id_mask = UINT32_MAX;
	if (*at == '\0')
		return true;
	if (!take(&at, '.') || !take_hex(&at, ID_DIGITS, &part[2]) || !take(&at, '.') ||
	    !take_hex(&at, ID_DIGITS, &part[3]) || *at != '\0')
		return false;
	name->id |= (uint64_t)part[2] << 32 | (uint64_t)part[3] << 48;
	name->id_mask = UINT64_MAX;
	return true;
}

/* "pci1af4,1042" and "pciclass,010802" and what looks as if one of them was meant; not "pci-host-ecam-generic". */
bool pci_is_name(const char *text)
{
	const char *at = text + 3;

	if (strncmp(text, "pci", 3) != 0)
		return false;
	if (strncmp(at, "class", 5) == 0)
		return true;
	at += strspn(at, "0123456789abcdefABCDEFx");
	return at != text + 3 && (*at == '\0' || strchr(",.:", *at) != NULL);
}

bool pci_name_parse(const char *text, struct pci_name *name)
{
	*name = (struct pci_name){0};
	if (strncmp(text, "pciclass,", 9) == 0)
		return parse_class(text + 9, name);
	return strncmp(text, "pci", 3) == 0 && parse_identity(text + 3, name);
}

/* The same in the only form that is taken, where that can be told: hexadecimal in lower case, a comma between. */
static const char *nearest_form(struct arena *arena, const char *text)
{
	const bool class = strncmp(text, "pciclass", 8) == 0;
	const char *from = text + (class ? 8 : 3);
	char *form = arena_take(arena, strlen(text) + 2, 1), *to = form;
	struct pci_name name;
	uint32_t separators = 0;

	memcpy(to, text, (size_t)(from - text));
	to += from - text;
	if (class)
		*to++ = ',';
	for (; *from != '\0'; from++) {
		const bool hex = from[0] == '0' && (from[1] == 'x' || from[1] == 'X');

		if (hex)
			from++;
		else if (strchr(",.:-_ ", *from) != NULL && !class)
			*to++ = separators++ == 0 ? ',' : '.';
		else if (strchr(",.:-_ ", *from) == NULL)
			*to++ = *from >= 'A' && *from <= 'F' ? (char)(*from - 'A' + 'a') : *from;
	}
	*to = '\0';
	return pci_name_parse(form, &name) ? form : NULL;
}

bool pci_name_read(struct build *build, const char *text, struct place place, struct pci_name *name)
{
	struct complaint *complaint;
	const char *form;

	if (pci_name_parse(text, name))
		return true;
	complaint = complaint_allowed(
	    report_error(build->report, RULE_PCI_NAME, place, "\"%s\" names no PCI function", text),
	    "pciVVVV,DDDD, pciVVVV,DDDD.SSSS.ssss, pciclass,CCSSPP and pciclass,CCSS, in hexadecimal digits "
	    "of "
	    "lower case");
	form = nearest_form(build->arena, text);
	if (form != NULL)
		complaint_help(complaint, "did you mean \"%s\"?", form);
	return false;
}

/* ---- Matching ---- */

static uint32_t bits(uint64_t mask)
{
	uint32_t count = 0;

	for (; mask != 0; mask &= mask - 1)
		count++;
	return count;
}

/* 0 is the most exact. */
uint32_t pci_position(const struct device *function, const char *compatible)
{
	const struct pci_name *have = &function->identity;
	struct pci_name name;

	if (!pci_name_parse(compatible, &name) || (have->id_mask & name.id_mask) != name.id_mask ||
	    (have->id & name.id_mask) != name.id || (have->class_mask & name.class_mask) != name.class_mask ||
	    (have->class & name.class_mask) != name.class)
		return UINT32_MAX;
	return 64 + 24 - bits(name.id_mask) - bits(name.class_mask);
}

/* ---- Functions of a board ---- */

static uint32_t read_place(struct build *build, const struct value *value)
{
	const char *at = value == NULL ? "" : value->text;
	uint32_t bus, slot, of;

	if (value == NULL)
		return DEVICE_ANYWHERE;
	if (take_hex(&at, 2, &bus) && take(&at, ':') && take_hex(&at, 2, &slot) && take(&at, '.') &&
	    take_hex(&at, 1, &of) && *at == '\0' && bus <= LAST_BUS && slot <= LAST_SLOT && of <= LAST_OF)
		return bus << 8 | slot << 3 | of;
	complaint_allowed(report_error(build->report, RULE_PCI_PLACE, value->place,
				       "\"%s\" is no place of a PCI function", value->text),
			  "BUS:DEVICE.FUNCTION, hexadecimal, from \"00:00.0\" to \"ff:1f.7\"");
	return DEVICE_ANYWHERE;
}

static void refuse_key(struct build *build, const struct value *value, const char *key, const char *why)
{
	if (value_get(value, key) != NULL)
		report_error(build->report, RULE_PCI_KEY, value_key_place(value, key), "\"%s\" is %s", key,
			     why);
}

/* A port is a bridge of its own, so what stands in its slot is on another bus. */
static void read_slot(struct build *build, const struct value *value, struct device *function)
{
	const struct value *slot = value_get(value, "slot");

	function->slot = read_place(build, slot);
	if (function->slot == DEVICE_ANYWHERE)
		return;
	if (function->emulator == NULL)
		complaint_help(
		    report_error(build->report, RULE_PCI_KEY, value_key_place(value, "slot"),
				 "\"slot\" is before a device that \"emulator\" adds, and there is "
				 "none"),
		    "add \"emulator: virtio-blk-pci\", or what it is");
	if (function->at != DEVICE_ANYWHERE && function->at >> 8 == function->slot >> 8)
		complaint_help(
		    report_error(build->report, RULE_PCI_PLACE, slot->place,
				 "what stands behind the port at \"%s\" is on another bus than the port",
				 slot->text),
		    "\"at\" is where the bus finds the function, such as \"01:00.0\"");
}

static void read_emulator(struct build *build, const struct value *value, struct device *function)
{
	function->emulator = value_text(value, "emulator", NULL);
	function->disk = value_number(value, "disk", 0);
	function->network = value_number(value, "network", 0) == 1;
	if (function->disk != 0 && function->emulator == NULL)
		complaint_help(
		    report_error(build->report, RULE_PCI_KEY, value_key_place(value, "disk"),
				 "\"disk\" is the medium of a device that \"emulator\" adds, and there "
				 "is none"),
		    "add \"emulator: virtio-blk-pci\", or what it is");
	if (function->network && function->emulator == NULL)
		complaint_help(
		    report_error(build->report, RULE_PCI_KEY, value_key_place(value, "network"),
				 "\"network\" is the cable of a device that \"emulator\" adds, and there "
				 "is none"),
		    "add \"emulator: virtio-net-pci\", or what it is");
	read_slot(build, value, function);
}

/* Do they say different things of the same part? */
static bool differs(const struct pci_name *one, const struct pci_name *other)
{
	return ((one->id ^ other->id) & one->id_mask & other->id_mask) != 0 ||
	       ((one->class ^ other->class) & one->class_mask & other->class_mask) != 0;
}

bool pci_read_function(struct build *build, const struct value *value, struct device *function)
{
	static const char *const of_others[] = {"registers", "ports",   "interrupt",
						"trigger",   "windows", "iommu"};
	static const char *const of_functions[] = {"at", "emulator", "disk", "network", "slot"};
	const struct value *given = value_get(value, "compatible");
	const bool list = given->shape->kind == SHAPE_LIST;

	for (uint32_t i = 0; i < function->compatibles; i++) {
		const struct value *each = list ? given->entry[i].value : given;
		struct pci_name name;

		if (!pci_is_name(each->text))
			continue;
		function->function = true;
		if (!pci_name_read(build, each->text, each->place, &name))
			continue;
		if (differs(&function->identity, &name))
			report_error(build->report, RULE_PCI_NAME, each->place,
				     "\"%s\" is another function than the names before it: all that an entry "
				     "lists holds",
				     each->text);
		function->identity.id |= name.id;
		function->identity.id_mask |= name.id_mask;
		function->identity.class |= name.class;
		function->identity.class_mask |= name.class_mask;
	}
	for (size_t i = 0; function->function && i < sizeof(of_others) / sizeof(of_others[0]); i++)
		refuse_key(build, value, of_others[i],
			   "not said of a PCI function: its bus finds out when the machine starts");
	for (size_t i = 0; !function->function && i < sizeof(of_functions) / sizeof(of_functions[0]); i++)
		refuse_key(build, value, of_functions[i], "said of a PCI function only");
	if (function->function) {
		function->at = read_place(build, value_get(value, "at"));
		read_emulator(build, value, function);
	}
	return function->function;
}

/* ---- Holding one ---- */

/* Frames of 2 MiB fill a window that is a multiple of that, frames of 4 KiB any other (tables.h). */
static uint64_t window_size(uint64_t asked)
{
	const uint64_t unit = asked < LARGE_FRAME ? MODEL_PAGE : LARGE_FRAME;

	return asked == 0 ? WINDOW_DEFAULT : (asked + unit - 1) / unit * unit;
}

/* Registers and interrupts are those that its driver asks for: the bus says at run time which there are. */
void pci_hold(struct build *build, struct device *function, const struct device_class *class)
{
	struct register_range *range = ARENA_ARRAY(build->arena, struct register_range, class->registers);
	struct interrupt *interrupt = ARENA_ARRAY(build->arena, struct interrupt, class->interrupts);

	for (uint32_t i = 0; i < class->registers; i++)
		range[i] = (struct register_range){.window = true, .size = window_size(class->window[i])};
	for (uint32_t i = 0; i < class->interrupts; i++)
		interrupt[i] = (struct interrupt){.flags = INTERRUPT_MESSAGE};
	function->range = range;
	function->ranges = class->registers;
	function->interrupt = interrupt;
	function->interrupts = class->interrupts;
}

/* ---- The host bridge ---- */

static void add_window(struct device *bridge, struct bridge_range *range, const struct value *window,
		       enum bridge_kind kind)
{
	if (window != NULL)
		range[bridge->bridges++] = (struct bridge_range){.kind = kind,
								 .bus = window->entry[0].value->number,
								 .base = window->entry[0].value->number,
								 .size = window->entry[1].value->number};
}

void pci_read_bridge(struct build *build, const struct value *value, struct device *bridge)
{
	const struct value *windows = value_get(value, "windows");
	struct bridge_range *range;

	if (windows == NULL)
		return;
	range = ARENA_ARRAY(build->arena, struct bridge_range, 2);
	add_window(bridge, range, value_get(windows, "memory"), BRIDGE_MEMORY);
	add_window(bridge, range, value_get(windows, "memory_64"), BRIDGE_MEMORY_64);
	bridge->bridge = range;
	bridge->iommu = value_number(value, "iommu", 0) == 1;
}
