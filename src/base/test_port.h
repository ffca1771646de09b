// For the tests of every folder: a port of 127.0.0.1 at which nobody listens.
//
//   const ClosedPort closed;
//   … "http://127.0.0.1:" + closed.text() …      // refused
//
// The port is bound as long as the object lives, so that no other program is given it meanwhile.
// Thread safety: immutable. Errors: CHECK.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/check.h"

namespace favorhook {

class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(socket_ >= 0 && ::bind(socket_, generic, size) == 0);
    CHECK(::getsockname(socket_, generic, &size) == 0);
    number_ = ntohs(address.sin_port);
  }
  ~ClosedPort() { ::close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  std::uint16_t number() const { return number_; }
  std::string text() const { return std::to_string(number_); }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

}  // namespace favorhook
