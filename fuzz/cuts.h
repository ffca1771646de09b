// Bytes of a connection, cut as a network may cut them: whole, one by one, and at random.
//
//   const Outcome whole = check_cuts(input, bytes, receive, check_alike);
//
// `receive(bytes, cut)` reads them as the program does, taking each piece with next_piece();
// `check_alike` CHECKs two outcomes. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <string_view>

#include "fuzz/input.h"

namespace favorhook::fuzz {

// The size of the next piece, of the bytes that are left.
using Cut = std::function<std::size_t(std::size_t left)>;

// Takes at least one byte off the front; nothing is left to take where there is none.
inline std::string_view next_piece(std::string_view& bytes, const Cut& cut) {
  const std::size_t size = std::min(std::max<std::size_t>(cut(bytes.size()), 1), bytes.size());
  const std::string_view piece = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return piece;
}

// Every cut gives what the whole gives, which is returned.
template <class Receive, class CheckAlike>
auto check_cuts(Input& input, std::string_view bytes, const Receive& receive,
                const CheckAlike& check_alike) {
  const auto whole = receive(bytes, [](std::size_t left) { return left; });
  check_alike(whole, receive(bytes, [](std::size_t) { return 1; }));
  check_alike(whole, receive(bytes, [&](std::size_t left) { return 1 + input.choose(left); }));
  return whole;
}

}  // namespace favorhook::fuzz
