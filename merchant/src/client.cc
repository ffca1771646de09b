#include "favorhook/client.h"

#include <algorithm>
#include <optional>

#include "apiv3/authorization.h"
#include "apiv3/signing_string.h"
#include "base/clocks.h"
#include "convert.h"
#include "crypto/certificates.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "crypto/sign.h"
#include "http_exchange.h"

namespace favorhook::merchant {
namespace {

// As every SDK checks it (protocol §1.5 gives the platform's own window).
constexpr long kAnswerSkewSeconds = 300;
// As the SDKs have it (protocol §1.3).
constexpr std::size_t kNonceLength = 32;

// An origin-form request target, as it may stand on a request line and in the signed text.
bool is_target(const std::string& target) {
  return target.starts_with('/') &&
         std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

bool is_method(const std::string& method) {
  return !method.empty() &&
         std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
}

struct Signed {
  std::string text;
  std::string authorization;
};

}  // namespace

struct Client::Inside {
  Inside(Credentials c, PlatformKeys k, ClientOptions o)
      : credentials(std::move(c)),
        keys(std::move(k)),
        options(std::move(o)),
        exchange({.ca_file = options.ca_file, .timeout_ms = options.timeout_ms}) {
    if (auto key = crypto::PrivateKey::from_pem(credentials.private_key_pem)) {
      signer.emplace(*key);
    } else {
      add_fault(key.error().what);
    }
    if (auto parsed = parse_base_url(options.base_url)) {
      base = *parsed;
      if (base.has_more) add_fault("the base URL may not hold a query or a fragment");
    } else {
      add_fault(parsed.error().what);
    }
    if (!fits_on_a_line(options.user_agent) || !fits_on_a_line(options.wechatpay_serial)) {
      add_fault("the user agent and the platform's serial may not hold line breaks");
    }
  }

  // The first that is found is told.
  void add_fault(std::string why) {
    if (fault.empty()) fault = std::move(why);
  }

  Result<Signed> sign(const std::string& method, const std::string& target,
                      const std::string& body) {
    if (!fault.empty()) return fail("{}", fault);
    if (!is_method(method)) return fail("the method must be upper-case letters");
    if (!is_target(target)) {
      return fail("the target must begin with / and hold printable ASCII without # only");
    }
    apiv3::Authorization values;
    values.mchid = credentials.mchid;
    values.serial_no = credentials.serial_no;
    values.nonce_str = random.text(kNonceLength, kAlphanumeric);
    values.unix_seconds = unix_seconds(SystemClocks().wall());
    values.timestamp = std::to_string(values.unix_seconds);
    Signed done;
    done.text = apiv3::request_signing_string(method, base.path + target, values.timestamp,
                                              values.nonce_str, body);
    values.signature = signer->sign(done.text);
    done.authorization = apiv3::format_authorization(values);
    return done;
  }

  Credentials credentials;
  PlatformKeys keys;
  ClientOptions options;
  HttpExchange exchange;
  crypto::SystemRandom random;
  std::optional<crypto::RsaSigner> signer;
  BaseUrl base;
  std::string fault;  // why no call is possible; empty where calls are
};

Outcome<Credentials> credentials_from_pem(const std::string& certificate_pem,
                                          const std::string& private_key_pem) {
  const auto certificate = crypto::Certificate::from_pem(certificate_pem);
  if (!certificate) return Outcome<Credentials>::failure(certificate.error().what);
  return Credentials{certificate->subject_common_name, certificate->serial_no, private_key_pem};
}

std::string Answer::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

Client::Client(Credentials credentials, PlatformKeys keys, ClientOptions options)
    : inside_(
          std::make_unique<Inside>(std::move(credentials), std::move(keys), std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Outcome<Answer> Client::call(const std::string& method, const std::string& target,
                             const std::string& body) {
  const auto request = inside_->sign(method, target, body);
  if (!request) return Outcome<Answer>::failure(request.error().what);
  const ClientOptions& options = inside_->options;
  Headers headers = {{"Accept", "application/json"},
                     {"User-Agent", options.user_agent},
                     {"Authorization", request->authorization}};
  if (!body.empty()) headers.push_back({"Content-Type", "application/json"});
  if (!options.wechatpay_serial.empty()) {
    headers.push_back({"Wechatpay-Serial", options.wechatpay_serial});
  }
  const std::string url = inside_->base.origin + inside_->base.path + target;
  auto received = inside_->exchange.send(method, url, headers, body);
  if (!received) return Outcome<Answer>::failure(received.error().what);

  Answer answer;
  answer.status = received->status;
  answer.body = std::move(received->body);
  answer.signed_text = request->text;
  answer.authorization = request->authorization;
  answer.verify_error =
      signature_fault(inside_->keys, received->headers, answer.body, kAnswerSkewSeconds);
  answer.verified = answer.verify_error.empty();
  for (Header& header : headers) answer.request_headers.emplace_back(header.name, header.value);
  for (Header& header : received->headers) answer.headers.emplace_back(header.name, header.value);
  return answer;
}

Outcome<std::string> Client::authorization(const std::string& method, const std::string& target,
                                           const std::string& body) const {
  const auto request = inside_->sign(method, target, body);
  if (!request) return Outcome<std::string>::failure(request.error().what);
  return request->authorization;
}

}  // namespace favorhook::merchant
