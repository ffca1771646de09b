#include "delivery/gray.h"

#include <cstdint>

#include "crypto/digest.h"

namespace favorhook::delivery {

using coupon::SigningMode;

SigningMode signing_mode(const coupon::Merchant& merchant, std::string_view nonce) {
  if (merchant.mode == SigningMode::public_key) return SigningMode::public_key;
  if (merchant.gray_percent <= 0) return SigningMode::certificate;
  // A digest, so that the share holds whatever form nonces have.
  std::uint32_t draw = 0;
  for (const char byte : crypto::sha256(nonce).substr(0, 4)) {
    draw = draw << 8 | static_cast<unsigned char>(byte);
  }
  return draw % 100 < static_cast<std::uint32_t>(merchant.gray_percent) ? SigningMode::public_key
                                                                        : SigningMode::certificate;
}

}  // namespace favorhook::delivery
