// Runs a target once over each kept input: authorization_fuzz FILE_OR_FOLDER… The main of every
// build that is not libFuzzer's. A property that does not hold aborts, and the input named last is
// the one.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::string now_running;

// An abort would otherwise not tell which input it was.
void name_input(int) {
  const std::string text = "replay: stopped at " + now_running + "\n";
  const auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

std::vector<fs::path> files_at(const fs::path& place) {
  if (fs::is_regular_file(place)) return {place};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t replayed = 0;
  std::signal(SIGABRT, name_input);
  for (int i = 1; i < count; ++i) {
    for (const fs::path& file : files_at(arguments[i])) {
      now_running = file.string();
      std::ifstream in(file, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++replayed;
    }
  }
  std::printf("%zu inputs replayed\n", replayed);
  return replayed == 0 ? 1 : 0;
}
