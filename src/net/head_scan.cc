#include "net/head_scan.h"

#include "base/http_message.h"

namespace favorhook::net {
namespace {

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, std::size_t& scanned, Folding folding) {
  for (; scanned < bytes.size(); ++scanned) {
    const std::size_t at = scanned;
    const char c = bytes[at];
    const bool after_cr = at > 0 && bytes[at - 1] == '\r';
    if (after_cr != (c == '\n')) return {HeadScan::refused};
    if (c == '\n') {
      if (at >= 3 && bytes[at - 2] == '\n') {
        ++scanned;
        return {HeadScan::complete, at + 1};
      }
      continue;
    }
    if (c == '\r') {
      if (at == 0) return {HeadScan::refused};
      continue;
    }
    const bool line_start = at == 0 || bytes[at - 1] == '\n';
    const bool folds = line_start && (c == ' ' || c == '\t');
    if (is_control(c) || (folds && (at == 0 || folding == Folding::refused))) {
      return {HeadScan::refused};
    }
    // What follows a byte inside a line is only looked at for the end of the line.
    scanned += visible_prefix(bytes.substr(at + 1));
  }
  return {HeadScan::more};
}

}  // namespace favorhook::net
