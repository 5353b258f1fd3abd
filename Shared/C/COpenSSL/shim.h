#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

/* Much of OpenSSL is macros, which Swift cannot call: what signing a document needs, in a few calls. */

/* Bytes that the library made; `jalons_bytes_free` gives them back. `data` is NULL where it failed. */
struct jalons_bytes {
  unsigned char *data;
  size_t length;
};

static inline void jalons_bytes_free(struct jalons_bytes bytes) { OPENSSL_clear_free(bytes.data, bytes.length); }

/* What was written to a memory BIO; the BIO is freed. */
static inline struct jalons_bytes jalons_bio_bytes(BIO *bio) {
  struct jalons_bytes bytes = {NULL, 0};
  char *start = NULL;
  long length = BIO_get_mem_data(bio, &start);
  if (length > 0 && (bytes.data = (unsigned char *)OPENSSL_malloc((size_t)length))) {
    memcpy(bytes.data, start, (size_t)length);
    bytes.length = (size_t)length;
  }
  BIO_free(bio);
  return bytes;
}

/* A private key in PEM (PKCS#8, not encrypted) becomes bytes. */
static inline struct jalons_bytes jalons_key_bytes(EVP_PKEY *key) {
  BIO *bio = BIO_new(BIO_s_mem());
  if (bio) PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
  return bio ? jalons_bio_bytes(bio) : (struct jalons_bytes){NULL, 0};
}

static inline int jalons_add_extension(X509 *certificate, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  int done = extension && X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return done;
}

/* A key on P-256 and a certificate that it signs itself, both in PEM. 1 when it was done. */
static inline int jalons_make_identity(
  const char *name, const char *organisation, time_t from, time_t until, struct jalons_bytes *certificate,
  struct jalons_bytes *key
) {
  int done = 0;
  unsigned char serial[16];
  EVP_PKEY *pair = EVP_EC_gen("P-256");
  X509 *x = X509_new();
  BIGNUM *number = NULL;
  BIO *bio = NULL;
  X509_NAME *subject = x ? X509_get_subject_name(x) : NULL;
  if (!pair || !x || RAND_bytes(serial, sizeof serial) != 1) goto end;
  serial[0] &= 0x7f;
  number = BN_bin2bn(serial, sizeof serial, NULL);
  if (!number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x))) goto end;
  if (!X509_set_version(x, 2) || !ASN1_TIME_set(X509_getm_notBefore(x), from) ||
      !ASN1_TIME_set(X509_getm_notAfter(x), until) || !X509_set_pubkey(x, pair) ||
      !X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const unsigned char *)organisation, -1, -1, 0) ||
      !X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) ||
      !X509_set_issuer_name(x, subject) || !jalons_add_extension(x, NID_basic_constraints, "critical,CA:FALSE") ||
      !jalons_add_extension(x, NID_key_usage, "critical,digitalSignature,nonRepudiation") ||
      !jalons_add_extension(x, NID_subject_key_identifier, "hash") || !X509_sign(x, pair, EVP_sha256()))
    goto end;
  if (!(bio = BIO_new(BIO_s_mem())) || !PEM_write_bio_X509(bio, x)) goto end;
  *certificate = jalons_bio_bytes(bio);
  bio = NULL;
  *key = jalons_key_bytes(pair);
  done = certificate->data && key->data;
end:
  BIO_free(bio);
  BN_free(number);
  X509_free(x);
  EVP_PKEY_free(pair);
  return done;
}

/* The certificates of a PKCS#12 file, the key's own first, and the key, in PEM. 1 when the password opens it. */
static inline int jalons_open_pkcs12(
  const unsigned char *data, size_t length, const char *password, struct jalons_bytes *certificates,
  struct jalons_bytes *key
) {
  int done = 0;
  EVP_PKEY *pair = NULL;
  X509 *own = NULL;
  STACK_OF(X509) *others = NULL;
  const unsigned char *start = data;
  PKCS12 *file = d2i_PKCS12(NULL, &start, (long)length);
  BIO *bio = BIO_new(BIO_s_mem());
  if (!file || !bio || !PKCS12_parse(file, password, &pair, &own, &others) || !pair || !own) goto end;
  if (!PEM_write_bio_X509(bio, own)) goto end;
  for (int i = 0; others && i < sk_X509_num(others); i++) PEM_write_bio_X509(bio, sk_X509_value(others, i));
  *certificates = jalons_bio_bytes(bio);
  bio = NULL;
  *key = jalons_key_bytes(pair);
  done = certificates->data && key->data;
end:
  BIO_free(bio);
  PKCS12_free(file);
  X509_free(own);
  EVP_PKEY_free(pair);
  sk_X509_pop_free(others, X509_free);
  return done;
}

/* A detached CAdES signature (CMS in DER) of `data`. `certificates` is PEM, the signer's own first; `key` is PEM. */
static inline struct jalons_bytes jalons_sign(
  const unsigned char *data, size_t length, const unsigned char *certificates, size_t certificates_length,
  const unsigned char *key, size_t key_length
) {
  struct jalons_bytes made = {NULL, 0};
  unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP | CMS_PARTIAL;
  BIO *content = BIO_new_mem_buf(data, (int)length);
  BIO *chain = BIO_new_mem_buf(certificates, (int)certificates_length);
  BIO *secret = BIO_new_mem_buf(key, (int)key_length);
  X509 *own = chain ? PEM_read_bio_X509(chain, NULL, NULL, NULL) : NULL;
  EVP_PKEY *pair = secret ? PEM_read_bio_PrivateKey(secret, NULL, NULL, NULL) : NULL;
  CMS_ContentInfo *cms = NULL;
  BIO *out = NULL;
  X509 *other = NULL;
  if (!content || !own || !pair || X509_check_private_key(own, pair) != 1) goto end;
  if (!(cms = CMS_sign(NULL, NULL, NULL, NULL, flags))) goto end;
  if (!CMS_add1_signer(cms, own, pair, EVP_sha256(), flags)) goto end;
  while ((other = PEM_read_bio_X509(chain, NULL, NULL, NULL))) CMS_add0_cert(cms, other);
  if (!CMS_final(cms, content, NULL, flags)) goto end;
  if ((out = BIO_new(BIO_s_mem())) && i2d_CMS_bio(out, cms)) {
    made = jalons_bio_bytes(out);
    out = NULL;
  }
end:
  BIO_free(out);
  CMS_ContentInfo_free(cms);
  EVP_PKEY_free(pair);
  X509_free(own);
  BIO_free(secret);
  BIO_free(chain);
  BIO_free(content);
  ERR_clear_error();
  return made;
}

/* Whether a detached signature is of exactly `data`: 1 with the signer's certificate in DER, else 0. Whether that
   certificate is to be trusted is the caller's to say. */
static inline int jalons_verify(
  const unsigned char *data, size_t length, const unsigned char *signature, size_t signature_length,
  struct jalons_bytes *signer
) {
  int valid = 0;
  const unsigned char *start = signature;
  CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &start, (long)signature_length);
  BIO *content = BIO_new_mem_buf(data, (int)length);
  STACK_OF(X509) *signers = NULL;
  if (!cms || !content) goto end;
  if (CMS_verify(cms, NULL, NULL, content, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1) goto end;
  signers = CMS_get0_signers(cms);
  if (!signers || sk_X509_num(signers) != 1) goto end;
  BIO *out = BIO_new(BIO_s_mem());
  if (!out) goto end;
  if (i2d_X509_bio(out, sk_X509_value(signers, 0))) *signer = jalons_bio_bytes(out);
  else BIO_free(out);
  valid = signer->data != NULL;
end:
  sk_X509_free(signers);
  BIO_free(content);
  CMS_ContentInfo_free(cms);
  ERR_clear_error();
  return valid;
}

/* The first certificate of a PEM text in DER. */
static inline struct jalons_bytes jalons_certificate(const unsigned char *certificates, size_t length) {
  struct jalons_bytes made = {NULL, 0};
  BIO *chain = BIO_new_mem_buf(certificates, (int)length);
  X509 *own = chain ? PEM_read_bio_X509(chain, NULL, NULL, NULL) : NULL;
  BIO *out = own ? BIO_new(BIO_s_mem()) : NULL;
  if (out && i2d_X509_bio(out, own)) made = jalons_bio_bytes(out);
  else BIO_free(out);
  X509_free(own);
  BIO_free(chain);
  ERR_clear_error();
  return made;
}
