#include "crypto/keys.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <atomic>
#include <thread>
#include <vector>

#include "crypto/openssl.h"
#include "crypto/sign.h"
#include "crypto/test_passphrase.h"

namespace favorhook::crypto {
namespace {

const PrivateKey& test_key() {
  static const PrivateKey key = PrivateKey::generate_rsa2048();
  return key;
}

TEST(Keys, PemGoesOutAndComesBack) {
  const std::string pem = test_key().to_pem();
  EXPECT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(PrivateKey::from_pem(pem)->to_pem(), pem);
  const std::string public_pem = test_key().public_key().to_pem();
  EXPECT_TRUE(public_pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
  const auto read = PublicKey::from_pem(public_pem);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->to_pem(), public_pem);
  EXPECT_TRUE(read->is_rsa());
  EXPECT_EQ(read->bits(), 2048);
}

TEST(Keys, EllipticCurveKeyForTls) {
  const PrivateKey key = PrivateKey::generate_p256();
  EXPECT_FALSE(key.public_key().is_rsa());
  EXPECT_EQ(PrivateKey::from_pem(key.to_pem())->to_pem(), key.to_pem());
}

TEST(Keys, ReadsTheTraditionalForm) {
  const BioPtr out = write_bio();
  must(PEM_write_bio_PrivateKey_traditional(out.get(), test_key().get(), nullptr, nullptr, 0,
                                            nullptr, nullptr));
  ASSERT_TRUE(text_of(out).starts_with("-----BEGIN RSA PRIVATE KEY-----"));
  EXPECT_EQ(PrivateKey::from_pem(text_of(out))->to_pem(), test_key().to_pem());
}

TEST(Keys, RefusesAnEncryptedKeyWithoutAskingForItsPassphrase) {
  const PassphraseGiver giver;
  const BioPtr out = write_bio();
  must(PEM_write_bio_PKCS8PrivateKey(out.get(), test_key().get(), EVP_aes_128_cbc(), "test", 4,
                                     nullptr, nullptr));
  ASSERT_TRUE(text_of(out).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  EXPECT_FALSE(PrivateKey::from_pem(text_of(out)));
  EXPECT_EQ(PassphraseGiver::asked, 0);
}

TEST(Keys, RefusesOtherTexts) {
  const std::string pem = test_key().to_pem();
  EXPECT_FALSE(PrivateKey::from_pem(""));
  EXPECT_FALSE(PrivateKey::from_pem("hello"));
  EXPECT_FALSE(PrivateKey::from_pem(pem.substr(0, pem.size() / 2)));
  EXPECT_FALSE(PrivateKey::from_pem(test_key().public_key().to_pem()));
  EXPECT_FALSE(PrivateKey::from_pem(std::string(100'000, '\n') + pem));
  EXPECT_FALSE(PublicKey::from_pem(pem));
  EXPECT_FALSE(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  // An Ed25519 key (RFC 8410 §10.1): well-formed, of no use here.
  EXPECT_FALSE(
      PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n"
                          "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                          "-----END PUBLIC KEY-----\n"));
}

TEST(Keys, ErrorsHoldNoKeyMaterial) {
  std::string pem = test_key().to_pem();
  const std::string body = pem.substr(200, 20);
  pem.erase(100, 3);
  const auto key = PrivateKey::from_pem(pem);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().what.find(body), std::string::npos);
}

TEST(Sign, VerifiesOnlyTheSameTextKeyAndSignature) {
  RsaSigner signer(test_key());
  const PublicKey key = test_key().public_key();
  for (const std::string& text :
       {std::string(), std::string("GET\n/v3/certificates\n"), std::string(70'000, 'b')}) {
    const std::string signature = signer.sign(text);
    EXPECT_EQ(signature.size(), 344u);
    EXPECT_TRUE(verify_sha256_rsa(key, text, signature));
    EXPECT_FALSE(verify_sha256_rsa(key, text + "x", signature));
  }
  const std::string signature = signer.sign("text");
  EXPECT_EQ(signature, signer.sign("text")) << "PKCS#1 v1.5 has no salt";
  EXPECT_FALSE(verify_sha256_rsa(PrivateKey::generate_rsa2048().public_key(), "text", signature));
  EXPECT_FALSE(verify_sha256_rsa(PrivateKey::generate_p256().public_key(), "text", signature));
  EXPECT_FALSE(verify_sha256_rsa(key, "text", ""));
  EXPECT_FALSE(verify_sha256_rsa(key, "text", "AAAA"));
  EXPECT_FALSE(verify_sha256_rsa(key, "text", signature + "\n"));
  EXPECT_FALSE(verify_sha256_rsa(key, "text", "WECHATPAY/SIGNTEST/" + signature));
}

TEST(Sign, ThreadsWithOneSignerEachAgree) {
  const PublicKey key = test_key().public_key();
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      RsaSigner signer(test_key());
      for (int i = 0; i < 25; ++i) {
        const std::string text = std::to_string(thread * 1000 + i);
        if (verify_sha256_rsa(key, text, signer.sign(text))) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 100);
}

}  // namespace
}  // namespace favorhook::crypto
