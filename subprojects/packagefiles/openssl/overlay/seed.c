/* SPDX-License-Identifier: MIT
 * Where the generator of random numbers has its seed from: tenon_entropy(), which the component has. A seed that cannot be had is none: the
 * generator then gives nothing, and who asked fails.
 */
#include "crypto/rand.h"
#include "crypto/rand_pool.h"

/* Fills `out` with `size` random bytes of which nobody else knows. Returns 1, or 0 where there are none. Waits. */
int tenon_entropy(unsigned char *out, size_t size);

size_t ossl_pool_acquire_entropy(RAND_POOL *pool)
{
	const size_t size = ossl_rand_pool_bytes_needed(pool, 1);
	unsigned char *out = ossl_rand_pool_add_begin(pool, size);

	if (out != NULL && tenon_entropy(out, size)) {
		(void)ossl_rand_pool_add_end(pool, size, 8 * size);
	}
	return ossl_rand_pool_entropy_available(pool);
}

/* Of the same source: no nonce comes twice (SP 800-90A, 8.6.7). */
int ossl_pool_add_nonce_data(RAND_POOL *pool)
{
	unsigned char nonce[16];

	return tenon_entropy(nonce, sizeof nonce) && ossl_rand_pool_add(pool, nonce, sizeof nonce, 0);
}

int ossl_rand_pool_init(void)
{
	return 1;
}

void ossl_rand_pool_cleanup(void)
{
}

void ossl_rand_pool_keep_random_devices_open(int keep)
{
	(void)keep;
}
