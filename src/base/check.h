// CHECK(condition): stops the process at a bug, in every build. For what can happen, use Result.
#pragma once

namespace favorhook {

// Prints the place and the condition to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace favorhook

#define CHECK(condition)                  \
  (static_cast<bool>(condition) ? void(0) \
                                : ::favorhook::check_failed(#condition, __FILE__, __LINE__))
