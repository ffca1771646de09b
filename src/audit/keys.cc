#include "audit/keys.h"

#include <fmt/format.h>

#include <string>

#include "crypto/digest.h"

namespace favorhook::audit {

Digest digest_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += fmt::format("{}:{}", part.size(), part);
  const auto whole = crypto::sha256(text);
  Digest half;
  std::copy_n(whole.begin(), half.size(), half.begin());
  return half;
}

}  // namespace favorhook::audit
