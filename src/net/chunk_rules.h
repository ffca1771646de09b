// Private to net/: two traps of Beast 1.81 in chunked bodies, which both parsers step around.
//
//   reader.eager(false);     // or Beast goes on to the chunk within the call that ends the head
//   if (between_chunks && is_half_last_chunk(rest)) break;                  // and wait for more
//   if (error == need_more && between_chunks && has_chunk_line(rest)) …    // refuse
//
// `rest` begins where a chunk's size line does, or with the line end of the chunk before it. Pure
// functions.
#pragma once

#include <string_view>

namespace favorhook::net {

// A parser that was given a first chunk's line "0\r\n" alone stops the process (an assertion) when
// it is given only one byte more: anybody could end favorhook so. The five bytes of "0\r\n\r\n" are
// the least that can follow, so waiting for them keeps no good message.
bool is_half_last_chunk(std::string_view rest);

// Whether the size line of a chunk other than the last one is there to its end, so that nothing is
// left to wait for: Beast looks for the end of a quoted text behind the line, and counts the chunk
// against the body's limit each time.
bool has_chunk_line(std::string_view rest);

}  // namespace favorhook::net
