// Signed calls of a merchant to WeChat Pay APIv3, or to favorhook.
//
//   ClientOptions options;
//   options.base_url = "https://localhost:8443";
//   options.ca_file = "ca.pem";
//   Client client({mchid, serial_no, private_key_pem}, keys, options);
//   Outcome<Answer> answer = client.call("GET", "/v3/marketing/busifavor/callbacks");
//   if (answer && answer->status == 200 && answer->verified) …
//
// Thread safety: one Client a thread. Errors: what keeps an answer from coming (a key that cannot
// be read, connection, TLS, time); every HTTP status is an Answer. An answer whose signature is
// missing or wrong, or whose time is more than 300 s away, says so in `verified` and
// `verify_error`; trust only verified ones. Limits: the timeout; answers up to 1 MiB.
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

// The merchant id (the certificate's common name) and the serial, read from apiclient_cert.pem.
Outcome<Credentials> credentials_from_pem(const std::string& certificate_pem,
                                          const std::string& private_key_pem);

struct ClientOptions {
  std::string base_url = "https://api.mch.weixin.qq.com";
  std::string ca_file;  // beside the system's authorities; empty: none
  // Asks for answers signed with this key; empty: the platform chooses.
  std::string wechatpay_serial;
  std::string user_agent = "favorhook-merchant";
  long timeout_ms = 10000;
};

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool verified = false;
  std::string verify_error;
  std::string signed_text;    // the text of the request that was signed
  std::string authorization;  // the header that was sent
  std::vector<std::pair<std::string, std::string>> request_headers;  // all that were sent, but Host
  std::string header(const std::string& name) const;                 // without case; empty: none
};

class Client {
 public:
  Client(Credentials credentials, PlatformKeys keys, ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // `target`: path and query as they go on the request line, behind the base URL's own path. The
  // body is signed and sent as it is.
  Outcome<Answer> call(const std::string& method, const std::string& target,
                       const std::string& body = {});

  // The Authorization value for a request of one's own HTTP client, with a fresh timestamp and
  // nonce; the target gets the base URL's path in front, as in call().
  Outcome<std::string> authorization(const std::string& method, const std::string& target,
                                     const std::string& body) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace favorhook::merchant
