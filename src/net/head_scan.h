// Private to net/: where the head of a message ends, found out while it is still arriving.
//
//   std::size_t scanned = 0;                                   // of this head, kept between calls
//   HeadScan scan = scan_head(bytes, scanned, Folding::refused);
//   if (scan.state == HeadScan::complete) head = bytes.substr(0, scan.size);
//
// Every line ends with CR LF, nothing is a control character. Beast is given a head only once it is
// whole: what it says of half a head depends on where the bytes were cut. Pure function. Limits:
// the caller's, who gives no more bytes than a head may have.
#pragma once

#include <cstddef>
#include <string_view>

namespace favorhook::net {

struct HeadScan {
  enum State { more, complete, refused };
  State state = more;
  std::size_t size = 0;  // of the whole head, where complete
};

// A field that goes on in the next line, behind white space (RFC 9112 §5.2): no client may send
// one, a receiver's answer may still hold one from an old program.
enum class Folding { refused, allowed };

// Looks at a head that is still arriving, from `scanned` on. Refuses at the first bad byte, so that
// nobody waits for a deadline to learn of it.
HeadScan scan_head(std::string_view bytes, std::size_t& scanned, Folding folding);

}  // namespace favorhook::net
