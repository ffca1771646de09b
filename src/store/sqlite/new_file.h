// A private file that SQLite writes under a temporary name (`.partial`) and that gets its own name
// once it is whole and on the disk.
//
//   Result<std::unique_ptr<NewFile>> file = NewFile::make("kept.db");
//   ... SQLite writes (*file)->path(), and has closed it again before ...
//   Result<void> done = (*file)->keep();
//
// A lock says that somebody is at it: what a killed process left is replaced, what a live one
// writes is not. Thread safety: one thread at a time. Ownership: a file that was not kept is
// removed. Errors: another is making a file of that name; what cannot be made or written.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace favorhook::store::sqlite {

class NewFile {
 public:
  static Result<std::unique_ptr<NewFile>> make(const std::string& name);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  const std::string& path() const { return path_; }
  Result<void> sync();
  // Under its own name, for good.
  Result<void> keep();

 private:
  NewFile(std::string name, std::string path, int handle)
      : name_(std::move(name)), path_(std::move(path)), handle_(handle) {}

  std::string name_;
  std::string path_;
  // Open until SQLite has closed the file: closing a descriptor drops the locks that the process
  // has on it.
  int handle_;
  bool kept_ = false;
};

}  // namespace favorhook::store::sqlite
