// Between the public headers' plain types and favorhook's own, for the .cc files of this folder.
//
//   Headers headers = to_headers(pairs);
//   std::string why = signature_fault(keys, headers, body, 300);
//
// Pure but for the clock that signature_fault reads. Errors: a text for a person; empty where all
// is well.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/http_message.h"
#include "favorhook/platform_keys.h"

namespace favorhook::merchant {

Headers to_headers(const std::vector<std::pair<std::string, std::string>>& pairs);

// Why these headers do not sign this body: one is missing, the time is more than `skew_s` seconds
// away (0: not checked), the key is not known, or the signature is wrong. Answers and notifications
// are signed alike (protocol §1.9, §2.1).
std::string signature_fault(const PlatformKeys& keys, const Headers& headers,
                            const std::string& body, long skew_s);

}  // namespace favorhook::merchant
