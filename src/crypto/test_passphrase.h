// For this folder's tests: whoever asks for a passphrase on the terminal is counted, and given
// "test".
//
//   const PassphraseGiver giver;
//   EXPECT_FALSE(PrivateKey::from_pem(encrypted_with_test));
//   EXPECT_EQ(PassphraseGiver::asked, 0);
//
// One at a time.
#pragma once

#include <openssl/ui.h>

#include "crypto/openssl.h"

namespace favorhook::crypto {

class PassphraseGiver {
 public:
  PassphraseGiver() : method_(UI_create_method("test")) {
    asked = 0;
    UI_method_set_reader(method_.get(), [](UI* ui, UI_STRING* prompt) {
      ++asked;
      return UI_set_result(ui, prompt, "test") == 0 ? 1 : 0;
    });
    UI_set_default_method(method_.get());
  }
  ~PassphraseGiver() { UI_set_default_method(UI_OpenSSL()); }
  PassphraseGiver(const PassphraseGiver&) = delete;
  PassphraseGiver& operator=(const PassphraseGiver&) = delete;

  static inline int asked = 0;

 private:
  std::unique_ptr<UI_METHOD, Freeing<UI_destroy_method>> method_;
};

}  // namespace favorhook::crypto
