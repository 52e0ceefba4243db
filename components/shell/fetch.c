/* SPDX-License-Identifier: MIT
 * fetch: one file over HTTP (RFC 9110, RFC 9112). It is asked for as HTTP/1.0 has it, so that the server sends it as it is and ends the
 * connection behind it; a length that the server says has to be that of what comes.
 */
#include "download.h"
#include "net.h"
#include "say.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define PORT       80u
#define HEAD_MOST  8192u
#define SILENCE_NS UINT64_C(30000000000) /* without a byte, after which is given up */

struct url {
	char host[256];
	const char *path; /* from its first slash on, or "" */
	uint32_t port;
};

static struct answer {
	char head[HEAD_MOST + 1];
	uint32_t filled;
	bool has_head, has_length, is_bad;
	uint64_t length;
} answer;

/* ---- the URL -------------------------------------------------------------------------------------- */

/* ":PORT" at `at`, if it is there. Returns what stands behind, or NULL. */
static const char *read_port(const char *at, uint32_t *port)
{
	char number[6];
	size_t length = 0;

	*port = PORT;
	if (*at != ':') {
		return at;
	}
	for (at++; at[length] != '\0' && at[length] != '/'; length++) {
	}
	if (length == 0 || length >= sizeof number) {
		return NULL;
	}
	memcpy(number, at, length);
	number[length] = '\0';
	return words_number(number, UINT16_MAX, port) && *port > 0 ? at + length : NULL;
}

/* "http://HOST[:PORT][/PATH]", the host of IPv6 in brackets (RFC 3986, 3.2.2). */
static bool read_url(const char *text, struct url *url)
{
	static const char scheme[] = "http://";
	const char *at = text + sizeof scheme - 1, *end;
	size_t length = 0;
	bool is_6;

	if (strncmp(text, scheme, sizeof scheme - 1) != 0) {
		return false;
	}
	is_6 = *at == '[';
	at += is_6;
	while (at[length] != '\0' && strchr(is_6 ? "]" : ":/", at[length]) == NULL) {
		length++;
	}
	if (length == 0 || length >= sizeof url->host || (is_6 && at[length] != ']')) {
		return false;
	}
	memcpy(url->host, at, length);
	url->host[length] = '\0';
	end = read_port(at + length + is_6, &url->port);
	url->path = end;
	return end != NULL && (*end == '\0' || *end == '/');
}

/* The last name of the path, without what stands behind a question mark. */
static bool name_of(const struct url *url, char name[256])
{
	size_t first = 0, end = 0;

	for (; url->path[end] != '\0' && url->path[end] != '?' && url->path[end] != '#'; end++) {
		if (url->path[end] == '/') {
			first = end + 1;
		}
	}
	if (end == first || end - first >= 256) {
		return false;
	}
	memcpy(name, url->path + first, end - first);
	name[end - first] = '\0';
	return true;
}

static bool send_request(const struct url *url)
{
	static char request[1024]; /* a line is shorter */
	const size_t size =
	    tenon_print(request, sizeof request,
			"GET %s HTTP/1.0\r\nHost: %s%s%s:%u\r\nUser-Agent: tenon\r\nAccept: */*\r\n\r\n",
			url->path[0] == '\0' ? "/" : url->path, strchr(url->host, ':') ? "[" : "", url->host,
			strchr(url->host, ':') ? "]" : "", url->port);

	return net_send(request, (uint32_t)size, NULL);
}

/* ---- the head of the answer ----------------------------------------------------------------------- */

/* Is there a field of that name (in small letters) at `line`? Its value, or NULL. */
static const char *value_of(const char *line, const char *name)
{
	for (; *name != '\0'; name++, line++) {
		if ((*line >= 'A' && *line <= 'Z' ? (char)(*line | 0x20) : *line) != *name) {
			return NULL;
		}
	}
	if (*line++ != ':') {
		return NULL;
	}
	while (*line == ' ' || *line == '\t') {
		line++;
	}
	return line;
}

static bool read_length(const char *value, uint64_t *length)
{
	const char *at = value;

	for (*length = 0; *at >= '0' && *at <= '9'; at++) {
		if (*length > (UINT64_MAX - 9) / 10) {
			return false;
		}
		*length = *length * 10 + (uint64_t)(*at - '0');
	}
	return at != value && *at == '\0';
}

/* A line, without its end, which becomes a zero. Returns the next one. */
static char *cut_line(char *line)
{
	char *end = line;

	while (*end != '\n') {
		end++; /* the head ends with one */
	}
	*end = '\0';
	if (end > line && end[-1] == '\r') {
		end[-1] = '\0';
	}
	return end + 1;
}

static void refuse(const char *what, const char *detail)
{
	char piece[100];

	(void)tenon_copy_text(piece, sizeof piece, strlen(detail) < sizeof piece ? detail : "");
	say("fetch: %s%s\n", what, piece);
	answer.is_bad = true;
}

/* Takes lines until the empty one. */
static void read_fields(char *line, bool is_moved)
{
	while (line[0] != '\0' && !answer.is_bad) {
		char *next = line;
		const char *value;
		uint64_t length;

		next = cut_line(line);
		if (line[0] == '\0') {
			return;
		}
		if ((value = value_of(line, "location")) != NULL && is_moved) {
			refuse("the server says that it is elsewhere: ", value);
		} else if (value_of(line, "transfer-encoding") != NULL) {
			refuse("the server sends it in a way that was not asked for", "");
		} else if ((value = value_of(line, "content-length")) != NULL) {
			if (!read_length(value, &length) || (answer.has_length && length != answer.length)) {
				refuse("the server says no length that can be: ", value);
			}
			answer.has_length = true;
			answer.length = length;
		}
		line = next;
	}
}

/* Of the whole head. */
static void read_head(char *head)
{
	char *line = cut_line(head);
	uint32_t status = 0;
	bool is_status = strncmp(head, "HTTP/1.", 7) == 0 && strlen(head) >= 12 && head[8] == ' ';

	for (uint32_t i = 9; i < 12 && is_status; i++) {
		is_status = head[i] >= '0' && head[i] <= '9';
		status = status * 10 + (uint32_t)(head[i] - '0');
	}
	if (!is_status) {
		refuse("what answers speaks no HTTP/1", "");
		return;
	}
	read_fields(line, status >= 300 && status < 400);
	if (!answer.is_bad && status != 200) {
		refuse("the server says ", head + 9);
	}
}

/* Where the body begins in what came so far. 0: not yet. */
static uint32_t head_length(void)
{
	for (uint32_t i = 1; i < answer.filled; i++) {
		if (answer.head[i] == '\n' &&
		    (answer.head[i - 1] == '\n' ||
		     (i >= 2 && answer.head[i - 1] == '\r' && answer.head[i - 2] == '\n'))) {
			return i + 1;
		}
	}
	return 0;
}

/* ---- the body ------------------------------------------------------------------------------------- */

static bool take_body(const void *data, uint32_t size)
{
	if (answer.has_length && size > answer.length - download_size()) {
		refuse("more comes than the server said", "");
		return false;
	}
	return download_add(data, size);
}

/* False: it is of no use to go on. */
static bool take_data(const uint8_t *data, uint32_t size)
{
	const uint32_t before = answer.filled, room = HEAD_MOST - before;
	uint32_t length;

	if (answer.has_head) {
		return take_body(data, size);
	}
	memcpy(answer.head + before, data, size < room ? size : room);
	answer.filled += size < room ? size : room;
	answer.head[answer.filled] = '\0';
	length = head_length();
	if (length == 0) {
		if (answer.filled == HEAD_MOST) {
			refuse("what the server says of it is too long", "");
		}
		return !answer.is_bad;
	}
	answer.has_head = true;
	answer.head[length] = '\0';
	read_head(answer.head);
	return !answer.is_bad && take_body(data + (length - before), size - (length - before));
}

/* True: all of it came. */
static bool receive(void)
{
	struct socket_event event;
	bool goes_on = true;

	while (goes_on && net_wait(&event, clock_ns() + SILENCE_NS)) {
		if (event.kind == SOCKET_KIND_RECEIVED) {
			goes_on = take_data(net_in_read(&event.given), event.given.length);
			net_give_back(&event.given);
			if (goes_on && answer.has_length && download_size() == answer.length) {
				return true;
			}
		} else if (event.kind == SOCKET_KIND_ENDED) {
			if (!answer.has_head || answer.has_length) {
				refuse("the server ended it before all was there", "");
			}
			return !answer.is_bad;
		} else if (event.kind == SOCKET_KIND_CLOSED) {
			refuse("the connection broke: ", net_words(event.outcome));
			return false;
		}
	}
	if (goes_on && !net_is_lost()) {
		refuse("the server is silent", "");
	}
	return false;
}

static void run(const struct url *url, const char *word, const char *name)
{
	if (!download_begin(word, name)) {
		return;
	}
	if (!send_request(url) || !receive()) {
		download_drop();
	} else if (download_finish()) {
		say("%llu bytes%s\n", (unsigned long long)download_size(),
		    answer.has_length ? "" : "; the server did not say how many");
	}
}

void command_fetch(const struct words *words)
{
	static struct url url;
	static char name[256];
	struct socket_address address;

	answer = (struct answer){.filled = 0};
	if (!read_url(words->word[1], &url)) {
		say("fetch: %s is no http://HOST[:PORT]/PATH\n", words->word[1]);
		return;
	}
	if (!name_of(&url, name)) {
		if (words->count < 3) {
			say("fetch: %s names no file; say which FILE it is to be\n", words->word[1]);
			return;
		}
		(void)tenon_copy_text(name, sizeof name, "index.html");
	}
	if (!net_ready()) {
		return;
	}
	if (net_find(url.host, 0, &address)) {
		address.port = (uint16_t)url.port;
		if (net_open(SOCKET_ACTION_CONNECT, &address)) {
			run(&url, words->count > 2 ? words->word[2] : name, name);
		}
	}
	net_end();
}
