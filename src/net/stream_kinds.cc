// The two kinds of stream: bytes as they are, and TLS by OpenSSL on the socket itself.
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <utility>

#include "base/check.h"
#include "net/stream.h"
#include "net/tls_native.h"

namespace favorhook::net {
namespace {

// Non-blocking, and without Nagle's delay, since messages are written whole.
Socket prepared(Socket socket) {
  ErrorCode ignored;
  socket.native_non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  return socket;
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket socket) : Stream(std::move(socket)) {}

 private:
  Step try_handshake() override { return {}; }
  Step try_read(std::span<char> into) override { return receive_step(descriptor(), into); }
  Step try_write(std::string_view bytes) override { return send_step(descriptor(), bytes); }
  bool holds_bytes() const override { return false; }
  void end_writing() override {}
};

class TlsStream final : public Stream {
 public:
  TlsStream(Socket socket, const TlsContext& context)
      : Stream(std::move(socket)), ssl_(SSL_new(context.ssl.get())) {
    CHECK(ssl_ != nullptr);
    CHECK(SSL_set_fd(ssl_.get(), descriptor()) == 1);
  }
  SSL* ssl() { return ssl_.get(); }

 private:
  Step try_handshake() override {
    ERR_clear_error();
    return judge(SSL_do_handshake(ssl_.get()), 0);
  }
  Step try_read(std::span<char> into) override {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
    return judge(result, got);
  }
  Step try_write(std::string_view bytes) override {
    ERR_clear_error();
    std::size_t put = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &put);
    return judge(result, put);
  }
  bool holds_bytes() const override { return SSL_has_pending(ssl_.get()) == 1; }
  // Sends close_notify once, without waiting for the peer's; forbidden after a fatal error.
  void end_writing() override {
    if (std::exchange(broken_, true) || SSL_is_init_finished(ssl_.get()) == 0) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  Step judge(int result, std::size_t bytes) {
    if (result == 1) return {.bytes = bytes};
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {.kind = Step::want_read};
      case SSL_ERROR_WANT_WRITE:
        return {.kind = Step::want_write};
      case SSL_ERROR_ZERO_RETURN:
        return {.kind = Step::ended, .end = IoEnd::closed};
      case SSL_ERROR_SYSCALL:
        return broken(IoEnd::reset);
      default:
        break;
    }
    // An end without close_notify may be an attacker's: the bytes so far are not known to be all.
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      return broken(IoEnd::reset);
    }
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
      fault_ = X509_verify_cert_error_string(verdict);
      return broken(IoEnd::certificate);
    }
    fault_ = "TLS: " + take_tls_error();
    return broken(IoEnd::tls);
  }

  Step broken(IoEnd end) {
    broken_ = true;
    ERR_clear_error();
    return {.kind = Step::ended, .end = end};
  }

  std::unique_ptr<SSL, SslFree> ssl_;
  bool broken_ = false;
};

}  // namespace

std::shared_ptr<Stream> Stream::plain(Socket socket) {
  return std::make_shared<PlainStream>(prepared(std::move(socket)));
}

std::shared_ptr<Stream> Stream::tls_server(Socket socket, const TlsContext& context) {
  auto stream = std::make_shared<TlsStream>(prepared(std::move(socket)), context);
  SSL_set_accept_state(stream->ssl());
  return stream;
}

std::shared_ptr<Stream> Stream::tls_client(Socket socket, const TlsContext& context,
                                           const std::string& host, bool host_is_address) {
  auto stream = std::make_shared<TlsStream>(prepared(std::move(socket)), context);
  SSL* const ssl = stream->ssl();
  SSL_set_connect_state(ssl);
  X509_VERIFY_PARAM* const names = SSL_get0_param(ssl);
  if (host_is_address) {
    CHECK(X509_VERIFY_PARAM_set1_ip_asc(names, host.c_str()) == 1);
  } else {
    // SNI is for names only (RFC 6066 §3). OpenSSL's macro for this casts as C does, and copies the
    // name.
    CHECK(SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                   const_cast<char*>(host.c_str())) == 1);
    X509_VERIFY_PARAM_set_hostflags(names, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    CHECK(X509_VERIFY_PARAM_set1_host(names, host.data(), host.size()) == 1);
  }
  return stream;
}

}  // namespace favorhook::net
