// A folder of its own for a test or a bench, gone with the object.
//
//   TempDir dir;
//   open_sqlite_store({.path = dir.file("favorhook.db")});
//
// Lies where TMPDIR says, else in the system's place. Thread safety: immutable. Errors: where none
// can be made it CHECKs.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "base/check.h"

namespace favorhook {

class TempDir {
 public:
  TempDir() : path_(std::filesystem::temp_directory_path() / "favorhook-test-XXXXXX") {
    CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace favorhook
