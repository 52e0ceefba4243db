/* SPDX-License-Identifier: MIT
 * See rights.h.
 */
#include "rights.h"

#include "component.h"

#include <tenon/string.h>

#define RIGHTS_MOST 16u /* of each list */
#define ADDRESS     16u /* bytes, as socket_address has them */
#define BITS_MAPPED 96u /* of an address of IPv4 in one of IPv6 */

struct right {
	enum rights_protocol protocol;
	uint8_t address[ADDRESS];
	uint32_t bits; /* of the address that count; 0: any */
	uint16_t first, last;
};

struct list {
	struct right right[RIGHTS_MOST];
	uint32_t count;
};

static struct {
	struct list listen, reach;
} clients[SOCKETS_CLIENTS > 0 ? SOCKETS_CLIENTS : 1];

/* ---- reading: each takes what it reads from the beginning of `text` ------------------------------ */

static bool take_word(const char **text, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0) {
		return false;
	}
	*text += length;
	return true;
}

static bool take_number(const char **text, uint32_t most, uint32_t *number)
{
	const char *at = *text;

	for (*number = 0; *at >= '0' && *at <= '9'; at++) {
		*number = *number * 10 + (uint32_t)(*at - '0');
		if (*number > most) {
			return false;
		}
	}
	if (at == *text) {
		return false;
	}
	*text = at;
	return true;
}

static bool take_ports(const char **text, struct right *right)
{
	uint32_t first, last;

	if (take_word(text, "*")) {
		right->first = 1;
		right->last = UINT16_MAX;
		return true;
	}
	if (!take_number(text, UINT16_MAX, &first) || first == 0) {
		return false;
	}
	last = first;
	if (take_word(text, "-") && (!take_number(text, UINT16_MAX, &last) || last < first)) {
		return false;
	}
	right->first = (uint16_t)first;
	right->last = (uint16_t)last;
	return true;
}

static void bytes_of(const ip_addr_t *address, uint8_t bytes[ADDRESS])
{
	memset(bytes, 0, ADDRESS);
	if (IP_IS_V6(address)) {
		memcpy(bytes, ip_2_ip6(address)->addr, ADDRESS);
	} else {
		bytes[10] = bytes[11] = 0xff;
		memcpy(bytes + 12, &ip_2_ip4(address)->addr, 4);
	}
}

/* What stands before one of `ends`, as text of its own. */
static bool take_part(const char **text, const char *ends, char *part, size_t size)
{
	size_t length = 0;

	while ((*text)[length] != '\0' && strchr(ends, (*text)[length]) == NULL) {
		length++;
	}
	if (length == 0 || length >= size) {
		return false;
	}
	memcpy(part, *text, length);
	part[length] = '\0';
	*text += length;
	return true;
}

static bool take_address(const char **text, struct right *right)
{
	char part[IPADDR_STRLEN_MAX];
	ip_addr_t address;
	uint32_t most, bits;

	if (take_word(text, "*")) {
		right->bits = 0;
		return true;
	}
	if (take_word(text, "[")) {
		if (!take_part(text, "]", part, sizeof part) || !take_word(text, "]") ||
		    !ip6addr_aton(part, ip_2_ip6(&address))) {
			return false;
		}
		IP_SET_TYPE_VAL(address, IPADDR_TYPE_V6);
	} else {
		if (!take_part(text, ":/ ", part, sizeof part) || !ip4addr_aton(part, ip_2_ip4(&address))) {
			return false;
		}
		IP_SET_TYPE_VAL(address, IPADDR_TYPE_V4);
	}
	most = IP_IS_V6_VAL(address) ? 128 : 32;
	bits = most;
	if (take_word(text, "/") && !take_number(text, most, &bits)) {
		return false;
	}
	bytes_of(&address, right->address);
	right->bits = most == 32 ? BITS_MAPPED + bits : bits;
	return true;
}

static bool take_right(const char **text, bool has_address, struct right *right)
{
	memset(right, 0, sizeof *right);
	if (has_address ? take_word(text, "icmp/") : take_word(text, "group/")) {
		right->protocol = has_address ? RIGHTS_ICMP : RIGHTS_GROUP;
		return take_address(text, right) && (**text == ' ' || **text == '\0');
	}
	if (take_word(text, "tcp/")) {
		right->protocol = RIGHTS_TCP;
	} else if (take_word(text, "udp/")) {
		right->protocol = RIGHTS_UDP;
	} else {
		return false;
	}
	if (has_address && (!take_address(text, right) || !take_word(text, ":"))) {
		return false;
	}
	return take_ports(text, right) && (**text == ' ' || **text == '\0');
}

static void read_list(uint32_t client, const char *text, bool has_address, struct list *list)
{
	const char *at = text;

	while (take_word(&at, " ")) {
	}
	while (*at != '\0') {
		if (list->count == RIGHTS_MOST || !take_right(&at, has_address, &list->right[list->count])) {
			log_error("%s: %s may not %s: \"%s\" cannot be read from \"%s\" on",
				  sockets_client_line(client), sockets_client_name(client),
				  has_address ? "reach anybody" : "be reached", text, at);
			list->count = 0;
			return;
		}
		list->count++;
		while (take_word(&at, " ")) {
		}
	}
}

void rights_begin(void)
{
	for (uint32_t client = 0; client < SOCKETS_CLIENTS; client++) {
		read_list(client, sockets_parameters[client].listen, false, &clients[client].listen);
		read_list(client, sockets_parameters[client].reach, true, &clients[client].reach);
	}
}

/* ---- asking -------------------------------------------------------------------------------------- */

static bool is_within(const uint8_t *address, const struct right *right)
{
	const uint32_t whole = right->bits / 8, rest = right->bits % 8;

	return memcmp(address, right->address, whole) == 0 &&
	       (rest == 0 || (address[whole] ^ right->address[whole]) >> (8 - rest) == 0);
}

static bool has_port(const struct right *right, enum rights_protocol protocol, uint16_t port)
{
	return right->protocol == protocol && port >= right->first && port <= right->last;
}

bool rights_to_listen(uint32_t client, enum rights_protocol protocol, uint16_t port)
{
	const struct list *list = &clients[client].listen;

	for (uint32_t i = 0; i < list->count; i++) {
		if (has_port(&list->right[i], protocol, port)) {
			return true;
		}
	}
	return false;
}

static bool is_in(const struct list *list, enum rights_protocol protocol, const ip_addr_t *address,
		  uint16_t port)
{
	uint8_t bytes[ADDRESS];

	bytes_of(address, bytes);
	for (uint32_t i = 0; i < list->count; i++) {
		if (has_port(&list->right[i], protocol, port) && is_within(bytes, &list->right[i])) {
			return true;
		}
	}
	return false;
}

bool rights_to_reach(uint32_t client, enum rights_protocol protocol, const ip_addr_t *address, uint16_t port)
{
	return is_in(&clients[client].reach, protocol, address, port);
}

bool rights_to_join(uint32_t client, const ip_addr_t *group)
{
	return is_in(&clients[client].listen, RIGHTS_GROUP, group, 0);
}

/* Are they the same but for capitals, which names do not differ in (RFC 4343)? */
static bool is_same(const char *name, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char a = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
		const char b = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];

		if (a != b) {
			return false;
		}
	}
	return true;
}

/* `*.lan` is what ends so, and stands for something before the point. */
static bool is_meant(const char *name, const char *word, size_t length)
{
	const size_t whole = strlen(name);

	if (length > 0 && word[0] == '*') {
		return whole >= length && is_same(name + whole - (length - 1), word + 1, length - 1);
	}
	return whole == length && is_same(name, word, length);
}

bool rights_to_look_up(uint32_t client, const char *name)
{
	const char *at = sockets_parameters[client].names;

	while (*at != '\0') {
		size_t length = 0;

		while (at[length] != '\0' && at[length] != ' ') {
			length++;
		}
		if (length > 0 && is_meant(name, at, length)) {
			return true;
		}
		at += at[length] == ' ' ? length + 1 : length;
	}
	return false;
}

bool rights_to_reach_any(uint32_t client, enum rights_protocol protocol)
{
	const struct list *list = &clients[client].reach;

	for (uint32_t i = 0; i < list->count; i++) {
		if (list->right[i].protocol == protocol) {
			return true;
		}
	}
	return false;
}
