// RSA and EC keys as values.
//
//   PrivateKey key = PrivateKey::generate_rsa2048();
//   Result<PrivateKey> loaded = PrivateKey::from_pem(text);
//
// A key is a cheap handle to an immutable OpenSSL key; copies share it. Thread safety: distinct
// handles may be used from any thread; for a hot path give each thread a duplicate() of its own, a
// shared key contends on its reference count. Errors: reading gives a Result; generation and
// internal failures of OpenSSL are CHECKs. Texts of errors never hold key material.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;

namespace favorhook::crypto {

using KeyHandle = std::shared_ptr<evp_pkey_st>;

class PublicKey {
 public:
  // SubjectPublicKeyInfo, "BEGIN PUBLIC KEY".
  static Result<PublicKey> from_pem(std::string_view pem);
  explicit PublicKey(KeyHandle handle) : handle_(std::move(handle)) {}
  std::string to_pem() const;
  bool is_rsa() const;
  int bits() const;
  evp_pkey_st* get() const { return handle_.get(); }

 private:
  KeyHandle handle_;
};

class PrivateKey {
 public:
  static PrivateKey generate_rsa2048();
  // For favorhook's own TLS identity.
  static PrivateKey generate_p256();
  // PKCS#8 or the traditional form, not encrypted.
  static Result<PrivateKey> from_pem(std::string_view pem);
  explicit PrivateKey(KeyHandle handle) : handle_(std::move(handle)) {}
  // PKCS#8, "BEGIN PRIVATE KEY", as apiclient_key.pem.
  std::string to_pem() const;
  PublicKey public_key() const;
  // A deep copy for one thread's use.
  PrivateKey duplicate() const;
  evp_pkey_st* get() const { return handle_.get(); }

 private:
  KeyHandle handle_;
};

}  // namespace favorhook::crypto
