#include "net/chunk_scan.h"

#include <algorithm>

namespace favorhook::net {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' && c != '\t';
}

}  // namespace

ChunkScan scan_chunk(std::string_view rest, bool after_chunk) {
  std::size_t begin = 0;
  if (after_chunk) {
    if (!kLineEnd.starts_with(rest.substr(0, kLineEnd.size()))) return {ChunkScan::refused};
    begin = kLineEnd.size();
  }
  if (rest.size() <= begin) return {ChunkScan::more};
  if (kHexDigits.find(rest[begin]) == std::string_view::npos) return {ChunkScan::refused};
  const auto end = std::size_t(
      std::find_if(rest.begin() + std::ptrdiff_t(begin), rest.end(), is_control) - rest.begin());
  const std::string_view line_end = rest.substr(end, kLineEnd.size());
  if (!kLineEnd.starts_with(line_end)) return {ChunkScan::refused};
  if (line_end != kLineEnd) return {ChunkScan::more};
  const std::size_t first = rest.find_first_not_of('0', begin);
  const bool is_last = kHexDigits.find(rest[first]) == std::string_view::npos;
  if (!is_last) return {ChunkScan::complete, end + kLineEnd.size()};
  const auto trailer_end = rest.find("\r\n\r\n", end);
  if (trailer_end == std::string_view::npos) return {ChunkScan::more};
  return {ChunkScan::complete, trailer_end + 2 * kLineEnd.size()};
}

}  // namespace favorhook::net
