#include "http_exchange.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <optional>

#include "base/check.h"
#include "base/limits.h"

namespace favorhook::merchant {
namespace {

struct CloseUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};

// What libcurl's callbacks write into. Heads are bounded by libcurl itself, at 300 KiB together.
struct Incoming {
  HttpExchange::Answer answer;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
  Incoming& incoming = *static_cast<Incoming*>(to);
  const std::size_t bytes = size * count;
  if (incoming.answer.body.size() + bytes > limits::kClientAnswerBytesMax) {
    incoming.too_large = true;
    return 0;
  }
  incoming.answer.body.append(data, bytes);
  return bytes;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* to) {
  Incoming& incoming = *static_cast<Incoming*>(to);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    incoming.answer.headers.clear();  // those of a 100 Continue are not the answer's
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    incoming.answer.headers.push_back({std::string(trimmed(line.substr(0, colon))),
                                       std::string(trimmed(line.substr(colon + 1)))});
  }
  return line.size();
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  CHECK(longer != nullptr);
  static_cast<void>(list.release());  // curl_slist_append has taken it over
  list.reset(longer);
}

// Exactly these go out, and Host.
HeaderList header_list(const Headers& headers) {
  HeaderList list;
  for (const Header& header : headers) {
    // "Name;" is libcurl's way of saying: this header, with no value.
    append(list, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  // libcurl's own additions, each taken away unless given.
  for (const char* name : {"Accept", "User-Agent", "Content-Type", "Expect"}) {
    if (!find_header(headers, name)) append(list, std::string(name) + ":");
  }
  return list;
}

std::optional<std::string> url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, FreeText> owner(text);
  return std::string(text);
}

// Loopback is never reached through a proxy, whatever the environment says. libcurl has written
// every form of an IPv4 address with four numbers.
bool is_loopback(const std::string& host) {
  in_addr v4 = {};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
  return host == "localhost" || host == "[::1]";
}

}  // namespace

struct HttpExchange::Handle {
  CURL* curl = nullptr;
};

void HttpExchange::CloseHandle::operator()(Handle* handle) const {
  curl_easy_cleanup(handle->curl);
  delete handle;
}

HttpExchange::HttpExchange(Options options) : options_(std::move(options)) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK);
  handle_.reset(new Handle{curl_easy_init()});
  CHECK(handle_->curl != nullptr);
}

Result<HttpExchange::Answer> HttpExchange::send(const std::string& method, const std::string& url,
                                                const Headers& headers, const std::string& body) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the open connections
  Incoming incoming;
  char reason[CURL_ERROR_SIZE] = {};
  const HeaderList list = header_list(headers);
  const auto base = parse_base_url(url);
  if (!base) return fail(base.error());

  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);  // the target is signed: it goes out as it is
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  // CURLOPT_CAINFO takes the place of the system's file; the system's authorities stay trusted
  // through libcurl's directory of them (CURLOPT_CAPATH), which is left as the distribution set it.
  if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (base->loopback) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, options_.timeout_ms);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.get());
  if (method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &incoming);

  const CURLcode code = curl_easy_perform(curl);
  if (incoming.too_large) {
    return fail("{} {}: the answer is larger than {} bytes", method, url,
                limits::kClientAnswerBytesMax);
  }
  if (code != CURLE_OK) {
    return fail("{} {}: {}", method, url, reason[0] != '\0' ? reason : curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  incoming.answer.status = static_cast<int>(status);
  return std::move(incoming.answer);
}

Result<BaseUrl> parse_base_url(const std::string& text) {
  const std::unique_ptr<CURLU, CloseUrl> url(curl_url());
  CHECK(url);
  const CURLUcode code =
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER | CURLU_PATH_AS_IS);
  if (code != CURLUE_OK) return fail("{} is no URL: {}", text, curl_url_strerror(code));
  const auto scheme = url_part(url.get(), CURLUPART_SCHEME);
  const auto host = url_part(url.get(), CURLUPART_HOST);
  if (!scheme || !host || (*scheme != "http" && *scheme != "https")) {
    return fail("{} is no http or https URL", text);
  }
  BaseUrl base;
  const auto port = url_part(url.get(), CURLUPART_PORT);
  base.origin = *scheme + "://" + *host + (port ? ":" + *port : "");
  base.has_more = url_part(url.get(), CURLUPART_QUERY) || url_part(url.get(), CURLUPART_FRAGMENT);
  base.path = url_part(url.get(), CURLUPART_PATH).value_or("/");
  while (base.path.ends_with('/')) base.path.pop_back();
  base.loopback = is_loopback(*host);
  return base;
}

}  // namespace favorhook::merchant
