#include "apiv3/signing_string.h"

#include <initializer_list>

namespace favorhook::apiv3 {
namespace {

// Every line ends with \n, the last one too (protocol §1.4).
std::string lines(std::initializer_list<std::string_view> texts) {
  std::size_t size = texts.size();
  for (const std::string_view text : texts) size += text.size();
  std::string out;
  out.reserve(size);
  for (const std::string_view text : texts) {
    out += text;
    out += '\n';
  }
  return out;
}

}  // namespace

std::string request_signing_string(std::string_view method, std::string_view target,
                                   std::string_view timestamp, std::string_view nonce,
                                   std::string_view body) {
  return lines({method, target, timestamp, nonce, body});
}

std::string answer_signing_string(std::string_view timestamp, std::string_view nonce,
                                  std::string_view body) {
  return lines({timestamp, nonce, body});
}

}  // namespace favorhook::apiv3
