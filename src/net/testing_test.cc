// The bodies of testing.h; only net_test is linked with them.
#include "net/testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/http_message.h"
#include "base/test_patience.h"
#include "net/tls.h"

namespace favorhook::net {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor bound(int type, std::uint16_t& port) {
  Descriptor socket(::socket(AF_INET, type, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  CHECK(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port = ntohs(address.sin_port);
  return socket;
}

void set_patience(int fd) {
  const timeval patience{.tv_sec = kTestPatience.count(), .tv_usec = 0};
  CHECK(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  CHECK(::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0);
}

// The size of the message at the front of the bytes, by its Content-Length; 0 where it is not
// whole.
std::size_t message_size(std::string_view bytes, bool without_body) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  std::size_t length = 0;
  std::string_view head = bytes.substr(0, end);
  for (auto line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n")) {
    head.remove_prefix(line + 2);
    constexpr std::string_view kName = "Content-Length: ";
    if (!equal_ignoring_case(head.substr(0, kName.size()), kName)) continue;
    std::from_chars(head.data() + kName.size(), head.data() + head.size(), length);
  }
  const std::size_t size = end + 4 + (without_body ? 0 : length);
  return bytes.size() >= size ? size : 0;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  reset();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void Descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Descriptor listen_on_loopback(int backlog, std::uint16_t& port) {
  Descriptor socket = bound(SOCK_STREAM, port);
  CHECK(::listen(socket.get(), backlog) == 0);
  return socket;
}

Descriptor bind_on_loopback(std::uint16_t& port) {
  return bound(SOCK_DGRAM, port);
}

Descriptor connect_to(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  connect(socket, port);
  return socket;
}

void connect(const Descriptor& socket, std::uint16_t port) {
  const sockaddr_in address = loopback(port);
  set_patience(socket.get());
  CHECK(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(std::size_t(sent));
  }
}

void RawClient::end_writing() {
  ::shutdown(fd(), SHUT_WR);
}

bool RawClient::read_more() {
  char bytes[4096];
  const auto got = ::recv(fd(), bytes, sizeof bytes, 0);
  silent_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (got > 0) buffer_.append(bytes, std::size_t(got));
  return got > 0;
}

std::string RawClient::read_answer(bool without_body) {
  std::size_t size = message_size(buffer_, without_body);
  while (size == 0 && read_more()) size = message_size(buffer_, without_body);
  std::string answer = buffer_.substr(0, size == 0 ? buffer_.size() : size);
  buffer_.erase(0, answer.size());
  return answer;
}

std::string RawClient::read_to_end() {
  while (read_more()) {
  }
  return silent_ ? "(silence)" : std::exchange(buffer_, {});
}

const crypto::CertificateAuthority& test_authority() {
  static const auto made = crypto::CertificateAuthority::create(wall_now());
  return made;
}

const Identity& test_identity() {
  static const Identity made =
      make_identity(test_authority(), {.dns = {"localhost"}, .ip = {"127.0.0.1"}}, wall_now());
  return made;
}

WallTime wall_now() {
  return WallTime(
      std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()));
}

Identity make_identity(const crypto::CertificateAuthority& authority, const crypto::TlsNames& names,
                       WallTime now) {
  const auto key = crypto::PrivateKey::generate_p256();
  const auto certificate = authority.issue_tls(names, key.public_key(), now);
  CHECK(certificate.has_value());
  return {*certificate, key.to_pem()};
}

std::string Visit::read_request() {
  std::string bytes;
  char buffer[4096];
  while (message_size(bytes, false) == 0) {
    const auto got = ssl != nullptr ? SSL_read(ssl, buffer, sizeof buffer)
                                    : int(::recv(fd, buffer, sizeof buffer, 0));
    if (got <= 0) return {};
    bytes.append(buffer, std::size_t(got));
  }
  return bytes;
}

bool Visit::write(std::string_view bytes) {
  if (ssl != nullptr) return SSL_write(ssl, bytes.data(), int(bytes.size())) > 0;
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
}

void Visit::wait_for_close() {
  char buffer[4096];
  while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
  }
}

void Visit::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  CHECK(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
}

Receiver::Receiver(const Identity& identity, Script script, ReceiverOptions options)
    : script_(std::move(script)), listening_(listen_on_loopback(16, port_)) {
  if (options.tls) {
    auto made = make_server_tls(identity.chain_pem, identity.key_pem);
    CHECK(made.has_value());
    context_ = std::move((*made)->ssl);
    if (options.max_tls_version != 0) {
      SSL_CTX_set_security_level(context_.get(), 0);
      SSL_CTX_set_min_proto_version(context_.get(), 0);
      SSL_CTX_set_max_proto_version(context_.get(), options.max_tls_version);
    }
  }
  thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() {
  stopping_.store(true);
  {
    const std::lock_guard lock(mutex_);
    if (visitor_.get() >= 0) ::shutdown(visitor_.get(), SHUT_RDWR);
  }
  const Descriptor wake = connect_to(port_);
  thread_.join();
}

void Receiver::serve() {
  for (int number = 0;; ++number) {
    Descriptor socket(::accept(listening_.get(), nullptr, nullptr));
    if (stopping_.load()) return;
    set_patience(socket.get());
    Visit visit{.number = number, .fd = socket.get()};
    {
      const std::lock_guard lock(mutex_);
      visitor_ = std::move(socket);
    }
    std::unique_ptr<SSL, SslFree> ssl;
    if (context_) {
      ssl.reset(SSL_new(context_.get()));
      SSL_set_fd(ssl.get(), visit.fd);
      visit.ssl = ssl.get();
    }
    if (!ssl || SSL_accept(ssl.get()) == 1) script_(visit);
    ERR_clear_error();
    const std::lock_guard lock(mutex_);
    visitor_.reset();
  }
}

}  // namespace favorhook::net
