#include "favorhook/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "apiv3/authorization.h"
#include "base/limits.h"
#include "base/test_patience.h"
#include "base/test_port.h"
#include "test_platform.h"
#include "test_server.h"

namespace favorhook::merchant {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string http_answer(int status, const Pairs& headers, const std::string& body) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " x\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

ClientOptions options_for(const TestServer& server) {
  ClientOptions options;
  options.base_url = server.base_url();
  options.timeout_ms = Millis(kTestPatience).count();
  return options;
}

Client client_for(const ClientOptions& options) {
  return Client(platform().merchant_credentials(), platform().keys(), options);
}

TEST(Client, SignsTheRequestAsItIsSent) {
  TestRequest seen;
  const TestServer server([&](const TestRequest& request) {
    seen = request;
    return http_answer(200, platform().sign("{}"), "{}");
  });
  ClientOptions options = options_for(server);
  options.wechatpay_serial = "PUB_KEY_ID_1";
  const std::string target = "/v3/a/../b?x=1%2F2&y=";
  const std::string body = "{\"notify_url\":\"https:\\/\\/a\"}\n";
  Client client = client_for(options);
  const auto answer = client.call("POST", target, body);
  ASSERT_TRUE(answer) << answer.error();

  EXPECT_EQ(seen.line, "POST " + target + " HTTP/1.1");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(find_header(seen.headers, "Accept"), "application/json");
  EXPECT_EQ(find_header(seen.headers, "Content-Type"), "application/json");
  EXPECT_EQ(find_header(seen.headers, "User-Agent"), "favorhook-merchant");
  EXPECT_EQ(find_header(seen.headers, "Wechatpay-Serial"), "PUB_KEY_ID_1");
  const auto values =
      apiv3::parse_authorization(find_header(seen.headers, "Authorization").value_or(""));
  ASSERT_TRUE(values);
  EXPECT_EQ(values->mchid, "1900000001");
  EXPECT_EQ(values->serial_no, platform().merchant_credentials().serial_no);
  const std::string text =
      "POST\n" + target + "\n" + values->timestamp + "\n" + values->nonce_str + "\n" + body + "\n";
  EXPECT_EQ(answer->signed_text, text);
  EXPECT_TRUE(
      crypto::verify_sha256_rsa(platform().merchant_key.public_key(), text, values->signature));
  EXPECT_TRUE(answer->verified) << answer->verify_error;
}

TEST(Client, SendsNoContentTypeAndNoBodyWithGet) {
  TestRequest seen;
  const TestServer server([&](const TestRequest& request) {
    seen = request;
    return http_answer(200, platform().sign("[]"), "[]");
  });
  Client client = client_for(options_for(server));
  ASSERT_TRUE(client.call("GET", "/v3/certificates"));
  EXPECT_EQ(seen.line, "GET /v3/certificates HTTP/1.1");
  EXPECT_FALSE(find_header(seen.headers, "Content-Type"));
  EXPECT_EQ(seen.body, "");
}

TEST(Client, SignsTheBaseUrlsPathToo) {
  TestRequest seen;
  const TestServer server([&](const TestRequest& request) {
    seen = request;
    return http_answer(204, platform().sign(""), "");
  });
  ClientOptions options = options_for(server);
  options.base_url += "/proxy/";
  Client client = client_for(options);
  const auto answer = client.call("GET", "/v3/x");
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(seen.line, "GET /proxy/v3/x HTTP/1.1");
  EXPECT_THAT(answer->signed_text, StartsWith("GET\n/proxy/v3/x\n"));
}

TEST(Client, EveryStatusIsAnAnswerAndSaysWhetherItIsVerified) {
  struct Case {
    int status;
    std::string body;
    Pairs headers;
    std::string verify_error;  // empty: verified
  };
  const std::string body = R"({"code":"PARAM_ERROR","message":"参数错误"})";
  const std::string old = std::to_string(std::stoll(platform().now()) - 400);
  const std::string serial = platform().certificate.serial_no;
  Pairs tampered = platform().sign(body + " ");
  Pairs incomplete = platform().sign(body);
  incomplete.erase(incomplete.begin());
  const std::vector<Case> cases = {
      {200, body, platform().sign(body), ""},
      {400, body, platform().sign(body), ""},
      {204, "", platform().sign(""), ""},
      {200, body,
       platform().sign(body, platform().now(), "PUB_KEY_ID_0000000000000024101100397200000006"),
       ""},
      {401, body, {}, "Wechatpay-"},
      {200, body, incomplete, "Wechatpay-Timestamp"},
      {200, body, tampered, "the signature is wrong"},
      {200, body, platform().sign(body, old, serial), "more than 300 s"},
      {200, body, platform().sign(body, platform().now(), std::string(40, 'A')), "AAAA"},
  };
  std::size_t next = 0;
  const TestServer server([&](const TestRequest&) {
    return http_answer(cases[next].status, cases[next].headers, cases[next].body);
  });
  Client client = client_for(options_for(server));
  for (; next < cases.size(); ++next) {
    SCOPED_TRACE(next);
    const auto answer = client.call("GET", "/v3/x");
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->status, cases[next].status);
    EXPECT_EQ(answer->body, cases[next].body);
    EXPECT_EQ(answer->verified, cases[next].verify_error.empty());
    EXPECT_THAT(answer->verify_error, HasSubstr(cases[next].verify_error));
  }
}

TEST(Client, FindsHeadersWithoutCaseAndFollowsNoRedirect) {
  int requests = 0;
  const TestServer server([&](const TestRequest&) {
    ++requests;
    return http_answer(302, {{"Location", "/elsewhere"}, {"Request-ID", "08AB-0"}}, "");
  });
  Client client = client_for(options_for(server));
  const auto answer = client.call("GET", "/v3/x");
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->header("request-id"), "08AB-0");
  EXPECT_EQ(answer->header("absent"), "");
  EXPECT_EQ(requests, 1);
}

TEST(Client, RefusesAnAnswerBeyondTheBound) {
  const TestServer server([](const TestRequest&) {
    return http_answer(200, {}, std::string(limits::kClientAnswerBytesMax + 1, ' '));
  });
  Client client = client_for(options_for(server));
  const auto answer = client.call("GET", "/v3/x");
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("larger than"));
}

// Headers without end, and heads without end before the answer: libcurl's own bound is relied on.
TEST(Client, RefusesHeadsWithoutEnd) {
  const std::string line = "X: " + std::string(60'000, 'x') + "\r\n";
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n" + line + "\r\n";
  for (const std::string& more : {line, interim}) {
    const TestServer server([&](const TestRequest&) {
      std::string answer = more == line ? "HTTP/1.1 200 OK\r\n" : "";
      while (answer.size() <= limits::kClientAnswerBytesMax) answer += more;
      return answer + (more == line ? "\r\n" : "HTTP/1.1 204 No Content\r\n\r\n");
    });
    Client client = client_for(options_for(server));
    const auto answer = client.call("GET", "/v3/x");
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error(), HasSubstr("Too large response headers"));
  }
}

TEST(Client, RefusesWhatCannotBeSentAsItWasSigned) {
  int requests = 0;
  const TestServer server([&](const TestRequest&) {
    ++requests;
    return http_answer(200, {}, "");
  });
  Client client = client_for(options_for(server));
  for (const std::string target : {"v3/x", "", "/a b", "/a#b", "/a\r\nX: y", "/券"}) {
    EXPECT_FALSE(client.call("GET", target)) << target;
  }
  EXPECT_FALSE(client.call("GET /x HTTP/1.1\r\n", "/v3/x"));
  ClientOptions injected = options_for(server);
  injected.wechatpay_serial = "x\r\nX-Evil: 1";
  EXPECT_FALSE(client_for(injected).call("GET", "/v3/x"));
  EXPECT_EQ(requests, 0);
}

TEST(Client, SaysWhatIsWrongWithKeyUrlOrConnectionAndShowsNoKey) {
  Credentials credentials = platform().merchant_credentials();
  const std::string good_key = credentials.private_key_pem;
  credentials.private_key_pem = good_key.substr(0, 200);
  const auto bad_key = Client(credentials, platform().keys(), {}).call("GET", "/v3/x");
  ASSERT_FALSE(bad_key);
  EXPECT_EQ(bad_key.error().find(good_key.substr(60, 20)), std::string::npos);

  credentials.private_key_pem = good_key;
  for (const std::string url : {"ftp://localhost", "localhost", "https://u@localhost", "",
                                "http://localhost/?x=1", "http://localhost/a#b"}) {
    ClientOptions options;
    options.base_url = url;
    EXPECT_FALSE(client_for(options).call("GET", "/v3/x")) << url;
  }
  const ClosedPort closed;
  ClientOptions options;
  options.base_url = "http://127.0.0.1:" + closed.text();
  const auto refused = client_for(options).call("GET", "/v3/x");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr(options.base_url + "/v3/x"));
}

TEST(Client, GivesUpAfterTheTimeout) {
  std::mutex held;
  held.lock();
  const TestServer server([&](const TestRequest&) {
    const std::scoped_lock wait(held);
    return http_answer(200, {}, "");
  });
  ClientOptions options = options_for(server);
  options.timeout_ms = 100;
  const auto answer = client_for(options).call("GET", "/v3/x");
  held.unlock();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("timed out"));
}

TEST(Client, GivesAnAuthorizationForAnotherHttpClient) {
  const Client client = client_for({});
  const auto value = client.authorization("POST", "/v3/x?y=1", "{}");
  ASSERT_TRUE(value) << value.error();
  const auto parsed = apiv3::parse_authorization(value.value());
  ASSERT_TRUE(parsed);
  const std::string text =
      "POST\n/v3/x?y=1\n" + parsed->timestamp + "\n" + parsed->nonce_str + "\n{}\n";
  EXPECT_TRUE(
      crypto::verify_sha256_rsa(platform().merchant_key.public_key(), text, parsed->signature));
  const auto again = client.authorization("POST", "/v3/x?y=1", "{}");
  EXPECT_NE(again.value(), value.value());
}

TEST(Credentials, ComeFromTheCertificate) {
  const Credentials credentials = platform().merchant_credentials();
  EXPECT_EQ(credentials.mchid, "1900000001");
  EXPECT_EQ(credentials.serial_no.size(), 40u);
  EXPECT_FALSE(credentials_from_pem("no certificate", "key"));
}

}  // namespace
}  // namespace favorhook::merchant
