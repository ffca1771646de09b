// What an operation that can fail for an expected reason gives back: its value, or the reason.
//
//   Result<Config> config = load_config(path);
//   if (!config) return fail("cannot read {}: {}", path, config.error().what);
//
// Errors: an expected outcome is a Result; a bug is a CHECK. An error is handled or returned, never
// both logged and returned.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace favorhook {

// The reason in words for a person: what was tried, on what, and why it did not work. Never a
// secret.
struct Error {
  std::string what;
};

template <class T, class E = Error>
using Result = tl::expected<T, E>;

template <class... Args>
tl::unexpected<Error> fail(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(Error{fmt::format(format, std::forward<Args>(args)...)});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace favorhook
