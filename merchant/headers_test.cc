// The public headers show the standard library only: users need neither Boost nor OpenSSL headers,
// and no C++23. That each compiles alone as C++17 is checked by building them (CMakeLists.txt).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

namespace favorhook::merchant {
namespace {

TEST(PublicHeaders, IncludeTheStandardLibraryAndEachOtherOnly) {
  const std::filesystem::path root = std::string(FAVORHOOK_ROOT) + "/merchant/include/favorhook";
  const std::regex allowed(R"(#include (<[a-z_]+>|"favorhook/[a-z_]+\.h"))");
  int headers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    ++headers;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with("#include")) continue;
      EXPECT_TRUE(std::regex_match(line, allowed)) << entry.path() << ": " << line;
    }
  }
  EXPECT_EQ(headers, 4);
}

}  // namespace
}  // namespace favorhook::merchant
