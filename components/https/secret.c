/* SPDX-License-Identifier: MIT
 * See secret.h.
 */
#include "secret.h"

#include "component.h"
#include "tls.h"

#include <string.h>

#define LARGEST 16384u /* bytes of a file */
#define ENTROPY 256u   /* bytes at once */

int tenon_entropy(unsigned char *out, size_t size);

/* For libcrypto (subprojects/packagefiles/openssl/overlay/seed.c). */
int tenon_entropy(unsigned char *out, size_t size)
{
	uint8_t data[ENTROPY];

	for (size_t done = 0; done < size;) {
		const size_t rest = size - done;
		const uint32_t want = rest < ENTROPY ? (uint32_t)rest : ENTROPY;
		uint32_t count = 0;

		if (entropy_read(want, data, sizeof data, &count) != ENTROPY_OK || count != want) {
			explicit_bzero(data, sizeof data);
			return 0;
		}
		memcpy(out + done, data, want);
		done += want;
	}
	explicit_bzero(data, sizeof data);
	return 1;
}

/* A whole file; 0: it cannot be read, and the log says so. */
static uint32_t read_file(const char *name, uint8_t out[LARGEST])
{
	uint64_t root, largest;
	uint32_t features, block, longest, count = 0;
	struct filesystem_attributes attributes = {0};
	enum filesystem_status status = secret_describe(&root, &features, &block, &longest, &largest);

	if (status == FILESYSTEM_OK) {
		status = secret_look_up(root, name, &attributes);
	}
	if (status == FILESYSTEM_OK && (attributes.size == 0 || attributes.size > LARGEST)) {
		log_error("%s: has %llu bytes, which must be 1 to %u", name,
			  (unsigned long long)attributes.size, LARGEST);
		return 0;
	}
	if (status == FILESYSTEM_OK) {
		status = secret_read(attributes.node, 0, out, (uint32_t)attributes.size, &count);
	}
	if (status != FILESYSTEM_OK || count > attributes.size) {
		log_error("%s: %s", name, filesystem_status_name(status));
		return 0;
	}
	return count;
}

bool secret_begin(void)
{
	static uint8_t certificate[LARGEST], key[LARGEST];
	const uint32_t certificate_size = read_file(PARAMETER_CERTIFICATE, certificate);
	const uint32_t key_size = certificate_size > 0 ? read_file(PARAMETER_KEY, key) : 0;
	const char *wrong = NULL;

	if (key_size > 0) {
		wrong = tls_begin((const char *)certificate, certificate_size, (const char *)key, key_size);
	}
	explicit_bzero(key, sizeof key);
	if (wrong != NULL) {
		log_error("%s", wrong);
	}
	return key_size > 0 && wrong == NULL;
}

/* Read once at the start; a file system that begins anew has nothing more that is wanted. */
void secret_session(bool open)
{
	(void)open;
}

void secret_answers(void)
{
}

void secret_asks_room(void)
{
}
