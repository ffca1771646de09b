#include "crypto/sign.h"

#include "crypto/digest.h"
#include "crypto/openssl.h"

namespace favorhook::crypto {

struct RsaSigner::Context {
  PrivateKey key;
  MdContextPtr prepared;
  MdContextPtr work;
  std::string raw;  // the signature before base64
};

RsaSigner::RsaSigner(const PrivateKey& key)
    : context_(std::make_unique<Context>(Context{
          key.duplicate(), MdContextPtr(EVP_MD_CTX_new()), MdContextPtr(EVP_MD_CTX_new()), {}})) {
  CHECK(EVP_PKEY_is_a(context_->key.get(), "RSA"));
  CHECK(context_->prepared && context_->work);
  must(EVP_DigestSignInit(context_->prepared.get(), nullptr, sha256_algorithm(), nullptr,
                          context_->key.get()));
  // The copy is used up by one signature, so OpenSSL need not copy it once more to keep it usable.
  EVP_MD_CTX_set_flags(context_->prepared.get(), EVP_MD_CTX_FLAG_FINALISE);
  context_->raw.resize(static_cast<std::size_t>(EVP_PKEY_get_size(context_->key.get())));
}

RsaSigner::~RsaSigner() = default;

std::string RsaSigner::sign(std::string_view text) {
  must(EVP_MD_CTX_copy_ex(context_->work.get(), context_->prepared.get()));
  std::size_t size = context_->raw.size();
  must(EVP_DigestSign(context_->work.get(), bytes_of(context_->raw), &size, bytes_of(text),
                      text.size()));
  CHECK(size == context_->raw.size());
  return base64(context_->raw);
}

bool verify_sha256_rsa(const PublicKey& key, std::string_view text,
                       std::string_view signature_base64) {
  if (!key.is_rsa()) return false;
  const auto signature = from_base64(signature_base64);
  if (!signature) return false;
  const MdContextPtr context(EVP_MD_CTX_new());
  CHECK(context);
  must(EVP_DigestVerifyInit(context.get(), nullptr, sha256_algorithm(), nullptr, key.get()));
  const bool good = EVP_DigestVerify(context.get(), bytes_of(*signature), signature->size(),
                                     bytes_of(text), text.size()) == 1;
  if (!good) clear_errors();
  return good;
}

}  // namespace favorhook::crypto
