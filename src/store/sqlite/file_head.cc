#include "store/sqlite/file_head.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace favorhook::store::sqlite {
namespace {

// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kChangesAt = 24;
constexpr std::size_t kPagesAt = 28;
constexpr std::size_t kPagesValidForAt = 92;
using Head = std::array<char, 100>;

std::uint64_t big_endian(const Head& head, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (const char c : std::string_view(head.data() + at, size)) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

}  // namespace

std::optional<std::string> size_fault(const std::string& path) {
  Head head{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(head.data(), head.size())) return std::nullopt;
  if (std::string_view(head.data(), kMagic.size()) != kMagic) return std::nullopt;
  std::uint64_t page = big_endian(head, kPageSizeAt, 2);
  if (page == 1) page = 65536;  // two bytes do not hold it
  // Old writers do not keep the count; SQLite then believes the size.
  const std::uint64_t pages = big_endian(head, kPagesAt, 4);
  const bool counted =
      pages > 0 && big_endian(head, kChangesAt, 4) == big_endian(head, kPagesValidForAt, 4);
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error || page == 0) return std::nullopt;
  if (!counted) {
    if (size % page == 0) return std::nullopt;
    return fmt::format("it is cut: {} bytes are no whole pages of {}", size, page);
  }
  const std::uint64_t wanted = pages * page;
  if (size == wanted) return std::nullopt;
  return fmt::format("{}: it has {} bytes, and its {} pages of {} take {}",
                     size < wanted ? "it is cut" : "it is too long", size, pages, page, wanted);
}

}  // namespace favorhook::store::sqlite
