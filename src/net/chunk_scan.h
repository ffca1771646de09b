// Private to net/: where what stands between two chunks of a body ends (RFC 9112 §7.1).
//
//   const ChunkScan scan = scan_chunk(rest, after_chunk);
//   if (scan.state == ChunkScan::complete) reader.put(rest.substr(0, scan.size)) …
//
// Beast is given it only once it is whole, and no more. Of a part Beast 1.81 waits, as it was cut,
// for the end of a quoted text in later lines, or takes a line for another than the whole tells it;
// and given a first chunk's "0\r\n" alone and then one byte it stops the process (an assertion), so
// that anybody could end favorhook. Pure function. Limits: the caller's, who gives no more bytes
// than may be held.
#pragma once

#include <cstddef>
#include <string_view>

namespace favorhook::net {

struct ChunkScan {
  enum State { more, complete, refused };
  State state = more;
  std::size_t size = 0;  // where complete: up to the first byte of data, or of the next message
};

// `rest` begins with a chunk's size line, or, `after_chunk`, with the line end of the data before
// it. A last chunk's line is complete with its trailer. Refuses at the first byte that can be in
// neither; the rest of the grammar is Beast's.
ChunkScan scan_chunk(std::string_view rest, bool after_chunk);

}  // namespace favorhook::net
