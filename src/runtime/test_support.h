// For this folder's tests: a directory that goes away with the test, file modes, and a bare HTTP
// client.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/check.h"
#include "base/temp_dir.h"
#include "runtime/config.h"

namespace favorhook::runtime {

inline mode_t mode_of(const std::string& path) {
  struct stat found = {};
  CHECK(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
}

// Sends the text to an IPv4 address and gives back all that comes until the other side closes.
inline std::string talk_to(const std::string& address, const std::string& text) {
  const auto where = Address::from_text(address);
  CHECK(where);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(where->port);
  CHECK(::inet_pton(AF_INET, where->host.c_str(), &to.sin_addr) == 1);
  const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string got;
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0) {
    CHECK(::send(handle, text.data(), text.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(text.size()));
    char part[4096];
    for (ssize_t size; (size = ::recv(handle, part, sizeof(part), 0)) > 0;) {
      got.append(part, static_cast<std::size_t>(size));
    }
  }
  ::close(handle);
  return got;
}

}  // namespace favorhook::runtime
