#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "net/http_server.h"
#include "net/testing.h"

namespace favorhook::net {
namespace {

using ::testing::HasSubstr;

TEST(TlsContext, SaysWhatCannotBeRead) {
  const auto what = [](const Result<TlsContextPtr>& made) { return made ? "" : made.error().what; };
  const Identity& good = test_identity();
  EXPECT_EQ(what(make_server_tls(good.chain_pem, good.key_pem)), "");
  EXPECT_EQ(
      what(make_server_tls(good.chain_pem + test_authority().certificate_pem(), good.key_pem)), "");
  EXPECT_THAT(what(make_server_tls("", good.key_pem)), HasSubstr("holds no certificate"));
  EXPECT_THAT(what(make_server_tls(good.chain_pem, "")), HasSubstr("the TLS key cannot be read"));
  EXPECT_THAT(what(make_server_tls(good.chain_pem, crypto::PrivateKey::generate_p256().to_pem())),
              HasSubstr("does not belong to the certificate"));
  EXPECT_THAT(what(make_client_tls({.authority_pems = {"x"}})), HasSubstr("a trusted authority"));
  EXPECT_EQ(what(make_client_tls({.authority_pems = {test_authority().certificate_pem()}})), "");
}

// What a client with these settings gets: the protocol versions and what was negotiated, or
// "refused".
std::string shake(std::uint16_t port, int version, std::string_view alpn) {
  const std::unique_ptr<SSL_CTX, SslContextFree> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                          unsigned(alpn.size()));
  const Descriptor socket = connect_to(port);
  const std::unique_ptr<SSL, SslFree> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), socket.get());
  const bool shaken = SSL_connect(ssl.get()) == 1;
  ERR_clear_error();
  if (!shaken) return "refused";
  const std::string request = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  SSL_write(ssl.get(), request.data(), int(request.size()));
  std::string answer;
  char bytes[512];
  int got = 0;
  while ((got = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0)
    answer.append(bytes, std::size_t(got));
  const bool clean = SSL_get_error(ssl.get(), got) == SSL_ERROR_ZERO_RETURN;
  ERR_clear_error();
  if (!answer.ends_with("\r\n\r\nhello")) return "bad answer: " + answer;
  const unsigned char* chosen = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl.get(), &chosen, &length);
  return std::string(SSL_get_version(ssl.get())) + " " +
         std::string(reinterpret_cast<const char*>(chosen), length) + (clean ? "" : " cut");
}

TEST(TlsServer, SpeaksHttp11OverTls12OrLater) {
  Loops loops(1);
  const auto tls = make_server_tls(test_identity().chain_pem, test_identity().key_pem);
  ASSERT_TRUE(tls);
  auto server = HttpServer::listen(loops, {.tls = *tls}, {[](HttpRequest, Respond respond) {
                                     respond({.status = 200, .headers = {}, .body = "hello"});
                                   }});
  ASSERT_TRUE(server);
  loops.start();
  const std::uint16_t port = (*server)->port();
  EXPECT_EQ(shake(port, TLS1_3_VERSION, ""), "TLSv1.3 ");
  EXPECT_EQ(shake(port, TLS1_2_VERSION, ""), "TLSv1.2 ");
  EXPECT_EQ(shake(port, TLS1_3_VERSION, "\x02h2\x08http/1.1"), "TLSv1.3 http/1.1");
  EXPECT_EQ(shake(port, TLS1_3_VERSION, "\x02h2"), "refused");
  EXPECT_EQ(shake(port, TLS1_1_VERSION, ""), "refused");
  // Plain HTTP on the TLS port, and silence, harm nobody.
  RawClient plain(port);
  plain.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(plain.read_to_end(), "(silence)");
  EXPECT_EQ(shake(port, TLS1_3_VERSION, ""), "TLSv1.3 ");
  (*server)->drain(Millis(1'000));
  EXPECT_EQ((*server)->connections(), 0U);
  loops.stop();
}

TEST(TlsServer, AHandshakeHasADeadline) {
  Loops loops(1);
  const auto tls = make_server_tls(test_identity().chain_pem, test_identity().key_pem);
  auto server = HttpServer::listen(loops, {.tls = *tls, .limits = {.tls_handshake = Millis(100)}},
                                   {[](HttpRequest, Respond) {}});
  ASSERT_TRUE(server);
  loops.start();
  RawClient silent((*server)->port());
  EXPECT_EQ(silent.read_to_end(), "");
  loops.stop();
}

}  // namespace
}  // namespace favorhook::net
