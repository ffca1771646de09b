// A plain HTTP server for tests, on sockets alone: one connection at a time, one request each.
//
//   TestServer server([](const TestRequest&) { return "HTTP/1.1 204 No Content\r\n\r\n"; });
//   … server.base_url() …
//
// The handler gives the raw bytes of the answer and runs on the server's thread. Ownership: the
// destructor ends the thread. Errors: CHECK.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "base/check.h"
#include "base/http_message.h"

namespace favorhook::merchant {

struct TestRequest {
  std::string line;  // "POST /v3/… HTTP/1.1"
  Headers headers;
  std::string body;
};

class TestServer {
 public:
  using Handler = std::function<std::string(const TestRequest&)>;

  explicit TestServer(Handler handler)
      : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(listener_ >= 0 && ::bind(listener_, generic, size) == 0);
    CHECK(::listen(listener_, 8) == 0 && ::getsockname(listener_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TestServer() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns with an error
    thread_.join();
    ::close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve() {
    for (;;) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      const std::string answer = handler_(read_request(connection));
      for (std::size_t sent = 0; sent < answer.size();) {
        const auto n = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
      }
      ::close(connection);
    }
  }

  static TestRequest read_request(int connection) {
    std::string bytes;
    const auto more = [&] {
      char buffer[4096];
      const auto n = ::recv(connection, buffer, sizeof(buffer), 0);
      if (n > 0) bytes.append(buffer, static_cast<std::size_t>(n));
      return n > 0;
    };
    while (bytes.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return {};
    }
    const auto head_end = bytes.find("\r\n\r\n");
    TestRequest request;
    request.line = bytes.substr(0, bytes.find("\r\n"));
    for (auto at = bytes.find("\r\n") + 2; at < head_end;) {
      const auto end = bytes.find("\r\n", at);
      const auto colon = bytes.find(':', at);
      const auto value = bytes.find_first_not_of(' ', colon + 1);
      request.headers.push_back({bytes.substr(at, colon - at), bytes.substr(value, end - value)});
      at = end + 2;
    }
    const auto length = find_header(request.headers, "Content-Length");
    const std::size_t size = length ? std::strtoul(std::string(*length).c_str(), nullptr, 10) : 0;
    while (bytes.size() < head_end + 4 + size && more()) {
    }
    request.body = bytes.substr(head_end + 4);
    return request;
  }

  Handler handler_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace favorhook::merchant
