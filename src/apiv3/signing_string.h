// The texts that are signed (protocol §1.4, §1.9, §2.1).
//
//   verify(key, request_signing_string("POST", request.target, timestamp, nonce, request.body), …)
//
// Pure functions over the bytes as received or sent: nothing is decoded, sorted or written again.
#pragma once

#include <string>
#include <string_view>

namespace favorhook::apiv3 {

// METHOD\nTARGET\nTIMESTAMP\nNONCE\nBODY\n; the target is the raw path and query. A body that ends
// in \n still gets one more.
std::string request_signing_string(std::string_view method, std::string_view target,
                                   std::string_view timestamp, std::string_view nonce,
                                   std::string_view body);
// TIMESTAMP\nNONCE\nBODY\n, for answers and notifications; an empty body leaves "\n".
std::string answer_signing_string(std::string_view timestamp, std::string_view nonce,
                                  std::string_view body);

}  // namespace favorhook::apiv3
