#include "cli/admin_client.h"

#include <curl/curl.h>

#include "base/limits.h"
#include "cli/body_text.h"
#include "cli/local_admin.h"
#include "runtime/data_dir.h"
#include "runtime/files.h"
#include "runtime/server_file.h"

namespace favorhook::cli {
namespace {

struct Freeing {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, Freeing>;
using CurlList = std::unique_ptr<curl_slist, Freeing>;

struct Exchange {
  std::string method = "GET";
  std::string url;
  std::string token = {};  // empty: none is sent
  std::string body = {};
  Millis timeout = limits::kAdminCallTime;
};

struct Received {
  long status = 0;
  std::string body;
};

std::size_t collect(char* data, std::size_t, std::size_t size, void* into) {
  static_cast<std::string*>(into)->append(data, size);
  return size;
}

Result<Received> run(const Exchange& exchange) {
  const Curl curl(curl_easy_init());
  if (!curl) return fail("libcurl cannot be used");
  CurlList headers(curl_slist_append(nullptr, "Content-Type: application/json"));
  if (!exchange.token.empty()) {
    const std::string line = "Authorization: Bearer " + exchange.token;
    headers.reset(curl_slist_append(headers.release(), line.c_str()));
  }
  Received received;
  CURL* const c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, exchange.url.c_str());
  curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_NOPROXY, "*");  // the token is for this machine only
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(exchange.timeout.count()));
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &received.body);
  if (!exchange.body.empty()) {
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, exchange.body.c_str());
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, static_cast<long>(exchange.body.size()));
  }
  const CURLcode code = curl_easy_perform(c);
  if (code != CURLE_OK) return fail("{}: {}", exchange.url, curl_easy_strerror(code));
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &received.status);
  return received;
}

class RemoteAdmin final : public AdminClient {
 public:
  RemoteAdmin(std::string base_url, std::string token)
      : base_url_(std::move(base_url)), token_(std::move(token)) {}

  Result<boost::json::value> call(const std::string& method, const std::string& target,
                                  const boost::json::value& body) override {
    Exchange exchange{.method = method, .url = base_url_ + target, .token = token_};
    if (!body.is_null()) {
      auto text = body_text(body);
      if (!text) return fail(std::move(text.error()));
      exchange.body = std::move(*text);
    }
    const auto received = run(exchange);
    if (!received) return fail(received.error());
    return read_admin_answer(static_cast<int>(received->status), received->body);
  }

 private:
  std::string base_url_;
  std::string token_;
};

// The base URL of the server that runs on the directory; nothing where none answers.
std::optional<std::string> find_server(const std::string& data_dir) {
  const auto place = runtime::read_server_file(data_dir + "/" + runtime::kServerFile);
  if (!place) return std::nullopt;
  const std::string url = runtime::local_url("http", place->admin_listen);
  const auto health = run({.url = url + "/healthz", .timeout = limits::kAdminHealthTime});
  return health && health->status == 200 ? std::optional(url) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<AdminClient>> AdminClient::open(const std::string& data_dir,
                                                       StoreAccess access) {
  if (const auto url = find_server(data_dir)) {
    auto token = runtime::read_file(data_dir + "/admin.token");
    if (!token) return fail(token.error());
    while (token->ends_with('\n')) token->pop_back();
    return std::make_unique<RemoteAdmin>(*url, *token);
  }
  if (access == StoreAccess::server_only) {
    return fail("this needs a running server, and none runs on {}: `favorhook serve --data {}`",
                data_dir, data_dir);
  }
  if (access == StoreAccess::allowed) {
    const auto mode = runtime::mode_of_existing_data_dir(data_dir);
    if (!mode) return fail(mode.error());
  }
  return open_local_admin(data_dir);
}

}  // namespace favorhook::cli
