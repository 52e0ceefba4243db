/* SPDX-License-Identifier: MIT
 * What a server of TLS 1.2 and 1.3 needs of libcrypto's algorithms, in place of the default provider's tables, so that nothing else is linked:
 * AES-GCM and ChaCha20-Poly1305, SHA-2, ECDHE over P-256, P-384 and X25519, certificates with keys of ECDSA and RSA, and the generator
 * of random numbers. SHA-1 is the fingerprint that libcrypto computes of each certificate that it reads.
 */
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include "prov/bio.h"
#include "prov/implementations.h"
#include "prov/names.h"
#include "prov/provider_ctx.h"
#include "prov/provider_util.h"
#include "prov/providercommon.h"
#include "prov/seeding.h"

#define PROPERTIES "provider=default"
#define END        {NULL, NULL, NULL, NULL}

static const OSSL_ALGORITHM digests[] = {
    {PROV_NAMES_SHA1, PROPERTIES, ossl_sha1_functions, NULL},
    {PROV_NAMES_SHA2_256, PROPERTIES, ossl_sha256_functions, NULL},
    {PROV_NAMES_SHA2_384, PROPERTIES, ossl_sha384_functions, NULL},
    {PROV_NAMES_SHA2_512, PROPERTIES, ossl_sha512_functions, NULL},
    END,
};

static const OSSL_ALGORITHM ciphers[] = {
    {PROV_NAMES_AES_128_GCM, PROPERTIES, ossl_aes128gcm_functions, NULL},
    {PROV_NAMES_AES_256_GCM, PROPERTIES, ossl_aes256gcm_functions, NULL},
    {PROV_NAMES_ChaCha20_Poly1305, PROPERTIES, ossl_chacha20_ossl_poly1305_functions, NULL},
    {PROV_NAMES_AES_256_ECB, PROPERTIES, ossl_aes256ecb_functions, NULL}, /* of the generator */
    {PROV_NAMES_AES_256_CTR, PROPERTIES, ossl_aes256ctr_functions, NULL},
    END,
};

static const OSSL_ALGORITHM macs[] = {
    {PROV_NAMES_HMAC, PROPERTIES, ossl_hmac_functions, NULL},
    END,
};

static const OSSL_ALGORITHM derivations[] = {
    {PROV_NAMES_HKDF, PROPERTIES, ossl_kdf_hkdf_functions, NULL},
    {PROV_NAMES_TLS1_3_KDF, PROPERTIES, ossl_kdf_tls1_3_kdf_functions, NULL},
    {PROV_NAMES_TLS1_PRF, PROPERTIES, ossl_kdf_tls1_prf_functions, NULL},
    END,
};

static const OSSL_ALGORITHM generators[] = {
    {PROV_NAMES_CTR_DRBG, PROPERTIES, ossl_drbg_ctr_functions, NULL},
    END,
};

static const OSSL_ALGORITHM exchanges[] = {
    {PROV_NAMES_ECDH, PROPERTIES, ossl_ecdh_keyexch_functions, NULL},
    {PROV_NAMES_X25519, PROPERTIES, ossl_x25519_keyexch_functions, NULL},
    END,
};

static const OSSL_ALGORITHM signatures[] = {
    {PROV_NAMES_ECDSA, PROPERTIES, ossl_ecdsa_signature_functions, NULL},
    {PROV_NAMES_RSA, PROPERTIES, ossl_rsa_signature_functions, NULL},
    END,
};

static const OSSL_ALGORITHM keys[] = {
    {PROV_NAMES_EC, PROPERTIES, ossl_ec_keymgmt_functions, NULL},
    {PROV_NAMES_RSA, PROPERTIES, ossl_rsa_keymgmt_functions, NULL},
    {PROV_NAMES_RSA_PSS, PROPERTIES, ossl_rsapss_keymgmt_functions, NULL}, /* signatures of TLS 1.3 by RSA */
    {PROV_NAMES_X25519, PROPERTIES, ossl_x25519_keymgmt_functions, NULL},
    END,
};

#define DER "provider=default,input=der,structure="

static const OSSL_ALGORITHM decoders[] = {
    {"EC", DER "PrivateKeyInfo", ossl_PrivateKeyInfo_der_to_ec_decoder_functions, NULL},
    {"EC", DER "SubjectPublicKeyInfo", ossl_SubjectPublicKeyInfo_der_to_ec_decoder_functions, NULL},
    {"EC", DER "type-specific", ossl_type_specific_no_pub_der_to_ec_decoder_functions, NULL},
    {"RSA", DER "PrivateKeyInfo", ossl_PrivateKeyInfo_der_to_rsa_decoder_functions, NULL},
    {"RSA", DER "SubjectPublicKeyInfo", ossl_SubjectPublicKeyInfo_der_to_rsa_decoder_functions, NULL},
    {"RSA", DER "type-specific", ossl_type_specific_keypair_der_to_rsa_decoder_functions, NULL},
    {"DER", DER "SubjectPublicKeyInfo", ossl_SubjectPublicKeyInfo_der_to_der_decoder_functions, NULL},
    {"DER", "provider=default,input=pem", ossl_pem_to_der_decoder_functions, NULL},
    END,
};

static const OSSL_ALGORITHM *query(void *context, int operation, int *is_not_to_be_cached)
{
	(void)context;
	*is_not_to_be_cached = 0;
	switch (operation) {
	case OSSL_OP_DIGEST:
		return digests;
	case OSSL_OP_CIPHER:
		return ciphers;
	case OSSL_OP_MAC:
		return macs;
	case OSSL_OP_KDF:
		return derivations;
	case OSSL_OP_RAND:
		return generators;
	case OSSL_OP_KEYMGMT:
		return keys;
	case OSSL_OP_KEYEXCH:
		return exchanges;
	case OSSL_OP_SIGNATURE:
		return signatures;
	case OSSL_OP_DECODER:
		return decoders;
	default:
		return NULL;
	}
}

static void end(void *context)
{
	BIO_meth_free(ossl_prov_ctx_get0_core_bio_method(context));
	ossl_prov_ctx_free(context);
}

static const OSSL_DISPATCH functions[] = {
    {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))end},
    {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
    {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))ossl_prov_get_capabilities},
    {0, NULL},
};

int ossl_default_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core,
			       const OSSL_DISPATCH **out, void **context);

/* The one provider there is; provider(7ossl) and provider-base(7ossl) say what it owes to the core. */
int ossl_default_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *core,
			       const OSSL_DISPATCH **out, void **context)
{
	OSSL_FUNC_core_get_libctx_fn *get_library = NULL;
	PROV_CTX *made = NULL;
	BIO_METHOD *streams = NULL;

	for (const OSSL_DISPATCH *each = core; each->function_id != 0; each++) {
		if (each->function_id == OSSL_FUNC_CORE_GET_LIBCTX) {
			get_library = OSSL_FUNC_core_get_libctx(each);
		}
	}
	if (get_library == NULL || !ossl_prov_bio_from_dispatch(core) ||
	    !ossl_prov_seeding_from_dispatch(core)) {
		return 0;
	}
	made = ossl_prov_ctx_new();
	streams = ossl_bio_prov_init_bio_method();
	if (made == NULL || streams == NULL) {
		BIO_meth_free(streams);
		ossl_prov_ctx_free(made);
		return 0;
	}
	ossl_prov_ctx_set0_libctx(made, (OSSL_LIB_CTX *)get_library(handle));
	ossl_prov_ctx_set0_handle(made, handle);
	ossl_prov_ctx_set0_core_bio_method(made, streams);
	*context = made;
	*out = functions;
	return 1;
}
