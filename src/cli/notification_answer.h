// How a receiver answers a notification (protocol §2.3).
//
//   return fault.empty() ? taken_answer(200) : fail_answer(401, fault);
//
// Pure functions.
#pragma once

#include <string_view>

#include "base/http_message.h"

namespace favorhook::cli {

// The status alone: 200 and 204 acknowledge, with no body needed.
HttpAnswer taken_answer(int status);
// {"code":"FAIL","message":…}: not taken, it comes again.
HttpAnswer fail_answer(int status, std::string_view message);

}  // namespace favorhook::cli
