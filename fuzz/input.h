// The bytes that a fuzzer gives, as a target takes them: from the front, in pieces that a person
// can write by hand.
//
//   Input input(data, size);
//   const std::string_view line = input.line();
//   const std::string_view body = input.rest();
//
// A choice that must not cost bytes of the input is taken from its digest: the same input chooses
// alike always. Views live as long as the bytes. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace favorhook::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {
    for (const char c : rest_) digest_ = (digest_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
  }

  // 0 where nothing is left.
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  // Up to the separator, which goes with it; all where there is none.
  std::string_view until(std::string_view separator) {
    const std::string_view taken = rest_.substr(0, rest_.find(separator));
    rest_.remove_prefix(std::min(taken.size() + separator.size(), rest_.size()));
    return taken;
  }
  std::string_view line() { return until("\n"); }
  std::string_view rest() const { return rest_; }

  // 0 to bound - 1, by the whole input.
  std::size_t choose(std::size_t bound) {
    digest_ = (digest_ ^ (digest_ >> 29U)) * 0xbf58476d1ce4e5b9U + 1;
    return static_cast<std::size_t>(digest_ >> 32U) % bound;
  }

 private:
  std::string_view rest_;
  std::uint64_t digest_ = 0xcbf29ce484222325U;
};

}  // namespace favorhook::fuzz
