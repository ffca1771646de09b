// Private to net/: a trap of Beast 1.81 that both parsers step around.
//
//   reader.eager(false);     // or Beast goes on to the chunk within the call that ends the head
//   if (reader.chunked() && is_half_last_chunk(rest)) break;   // and wait for more bytes
//
// A parser that was given a first chunk's line "0\r\n" alone stops the process (an assertion) when
// it is given only one byte more: anybody could end favorhook so. The five bytes of "0\r\n\r\n" are
// the least that can follow, so waiting for them keeps no good message. Pure function.
#pragma once

#include <string_view>

namespace favorhook::net {

inline bool is_half_last_chunk(std::string_view rest) {
  constexpr std::size_t kLeast = 5;
  return rest.size() < kLeast && rest.starts_with("0\r\n");
}

}  // namespace favorhook::net
