// A value, or the reason why there is none. For C++17 and later.
//
//   favorhook::merchant::Outcome<Notification> outcome = handler.parse(headers, body);
//   if (!outcome) std::cerr << outcome.error() << '\n';
//
// Thread safety: as a value. Errors: value() of a failed Outcome is a bug and aborts.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace favorhook::merchant {

template <class T>
class Outcome {
 public:
  Outcome(T value) : value_(std::move(value)) {}
  static Outcome failure(std::string reason) { return Outcome(std::move(reason), 0); }

  explicit operator bool() const { return value_.has_value(); }
  T& value() {
    if (!value_) std::abort();
    return *value_;
  }
  const T& value() const {
    if (!value_) std::abort();
    return *value_;
  }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const std::string& error() const { return error_; }

 private:
  Outcome(std::string reason, int) : error_(std::move(reason)) {}
  std::optional<T> value_;
  std::string error_;
};

}  // namespace favorhook::merchant
