// For net_test only: the other ends of connections, on blocking sockets that wait kTestPatience.
//
//   RawClient client(server->port());
//   client.send("GET / HTTP/1.1\r\n…");  client.read_answer();
//   Receiver receiver(test_identity(), [](Visit& visit) { visit.read_request(); … });
//
// Thread safety: each belongs to the test's thread and runs its own thread where it serves.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/certificates.h"
#include "net/tls_native.h"

namespace favorhook::net {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { reset(); }
  void reset();
  int get() const { return fd_; }

 private:
  int fd_;
};

// A TCP socket that listens on a free port of 127.0.0.1, and a UDP socket bound to one.
Descriptor listen_on_loopback(int backlog, std::uint16_t& port);
Descriptor bind_on_loopback(std::uint16_t& port);
Descriptor connect_to(std::uint16_t port);
void connect(const Descriptor& socket, std::uint16_t port);

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(connect_to(port)) {}
  RawClient(Descriptor socket, std::uint16_t port) : socket_(std::move(socket)) {
    connect(socket_, port);
  }
  void send(std::string_view bytes);
  void end_writing();
  // One answer with its body, by Content-Length; what came where the connection ended before.
  std::string read_answer(bool without_body = false);
  // All that comes until the connection ends; "(silence)" where it does not end within the
  // patience.
  std::string read_to_end();
  int fd() const { return socket_.get(); }

 private:
  bool read_more();
  Descriptor socket_;
  std::string buffer_;
  bool silent_ = false;
};

struct Identity {
  std::string chain_pem, key_pem;
};
// A certificate for these names by this authority.
Identity make_identity(const crypto::CertificateAuthority& authority, const crypto::TlsNames& names,
                       WallTime now);
WallTime wall_now();
// The authority of all tests of the process, and what it says of localhost and 127.0.0.1.
const crypto::CertificateAuthority& test_authority();
const Identity& test_identity();

struct Visit {
  int number = 0;  // of the connection, from 0
  int fd = -1;
  SSL* ssl = nullptr;

  // Up to the end of the body; empty where the connection ended.
  std::string read_request();
  // Whether it was taken: not where the other end has closed.
  bool write(std::string_view bytes);
  // Until the other end closes.
  void wait_for_close();
  // The connection ends with a TCP reset.
  void reset();
};

struct ReceiverOptions {
  bool tls = true;
  int max_tls_version = 0;
};

// A server whose every connection runs the script, one after the other, on a thread of its own.
class Receiver {
 public:
  using Script = std::function<void(Visit&)>;
  Receiver(const Identity& identity, Script script, ReceiverOptions options = {});
  ~Receiver();
  std::uint16_t port() const { return port_; }

 private:
  void serve();
  std::unique_ptr<SSL_CTX, SslContextFree> context_;
  Script script_;
  std::uint16_t port_ = 0;
  Descriptor listening_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  Descriptor visitor_;  // guarded by the mutex
  std::thread thread_;
};

}  // namespace favorhook::net
