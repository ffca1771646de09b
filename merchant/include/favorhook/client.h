// Signed calls of a merchant to WeChat Pay APIv3, or to favorhook.
//
//   Client client({mchid, serial_no, private_key_pem}, keys, {.base_url = "https://localhost:8443",
//   .ca_file = "ca.pem"}); Outcome<Answer> answer = client.call("POST",
//   "/v3/marketing/busifavor/callbacks", R"({"notify_url":"https://…"})"); if (answer &&
//   answer->status == 200 && answer->verified) …
//
// Thread safety: one Client a thread. Errors: what keeps an answer from coming (connection, TLS,
// time); every HTTP status is an Answer. An answer whose signature is missing or wrong says so in
// `verified` and `verify_error`; trust only verified ones. Limits: the timeout; answers up to 1
// MiB.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "favorhook/outcome.h"
#include "favorhook/platform_keys.h"

namespace favorhook::merchant {

struct Credentials {
  std::string mchid;
  std::string serial_no;        // of the merchant's API certificate
  std::string private_key_pem;  // apiclient_key.pem's content
};

struct ClientOptions {
  std::string base_url = "https://api.mch.weixin.qq.com";
  std::string ca_file;  // beside the system's authorities; empty: none
  std::string
      wechatpay_serial;  // asks for answers signed with this key; empty: the platform chooses
  std::string user_agent = "favorhook-merchant";
  long timeout_ms = 10000;
};

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool verified = false;
  std::string verify_error;
  std::string signed_text;                            // the text of the request that was signed
  std::string authorization;                          // the header that was sent
  std::string header(const std::string& name) const;  // without case; empty: none
};

class Client {
 public:
  Client(Credentials credentials, PlatformKeys keys, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // `target`: path and query as they go on the request line. The body is signed and sent as it is.
  Outcome<Answer> call(const std::string& method, const std::string& target,
                       const std::string& body = {});

  // The Authorization value for a request of one's own HTTP client, with a fresh timestamp and
  // nonce.
  Outcome<std::string> authorization(const std::string& method, const std::string& target,
                                     const std::string& body) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::merchant
