#include "cli/forward.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/limits.h"
#include "cli/notification_answer.h"

namespace favorhook::cli {
namespace {

// What belongs to the connection and not to the message (RFC 9110 §7.6.1); libcurl writes its own.
constexpr std::array<std::string_view, 9> kConnectionHeaders = {
    "Host",    "Content-Length", "Connection", "Keep-Alive", "Transfer-Encoding",
    "Upgrade", "Expect",         "TE",         "Trailer"};

struct FreeEasy {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
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

HeaderList header_list(const Headers& headers) {
  HeaderList list;
  for (const char* own : {"Accept", "User-Agent", "Content-Type", "Expect"}) {
    if (!find_header(headers, own)) append(list, std::string(own) + ":");
  }
  for (const Header& header : headers) {
    const bool passed = std::ranges::none_of(
        kConnectionHeaders, [&](auto name) { return equal_ignoring_case(name, header.name); });
    if (!passed) continue;
    append(list, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  return list;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* to) {
  std::string& body = *static_cast<std::string*>(to);
  if (body.size() + size * count > limits::kClientAnswerBytesMax) return 0;
  body.append(data, size * count);
  return size * count;
}

HttpAnswer exchange(CURL* curl, const std::string& url, const HttpRequest& request) {
  curl_easy_reset(curl);  // keeps the connection
  const HeaderList headers = header_list(request.headers);
  std::string body;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits::kAttemptTime.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    return fail_answer(502, fmt::format("{}: {}", url, curl_easy_strerror(code)));
  }
  HttpAnswer answer;
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.headers.push_back({"Content-Type", type});
  answer.body = std::move(body);
  return answer;
}

}  // namespace

struct Forwarder::Workers {
  struct Order {
    HttpRequest request;
    Done done;
  };

  void run() {
    const std::unique_ptr<CURL, FreeEasy> curl(curl_easy_init());
    CHECK(curl);
    for (;;) {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return ending || !waiting.empty(); });
      if (waiting.empty()) return;
      Order order = std::move(waiting.front());
      waiting.pop_front();
      ++busy;
      lock.unlock();
      order.done(exchange(curl.get(), url, order.request));
      lock.lock();
      --busy;
    }
  }

  std::string url;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Order> waiting;
  std::size_t busy = 0;
  bool ending = false;
  std::vector<std::thread> threads;
};

Forwarder::Forwarder(std::string url) : workers_(std::make_unique<Workers>()) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(ready == CURLE_OK);
  workers_->url = std::move(url);
}

Forwarder::~Forwarder() {
  {
    const std::scoped_lock lock(workers_->mutex);
    workers_->ending = true;
  }
  workers_->wake.notify_all();
  for (std::thread& thread : workers_->threads) thread.join();
}

void Forwarder::pass(HttpRequest request, Done done) {
  Workers& workers = *workers_;
  std::unique_lock lock(workers.mutex);
  if (workers.waiting.size() >= limits::kForwardsWaitingMax) {
    lock.unlock();
    return done(fail_answer(503, "too many notifications wait for the program"));
  }
  workers.waiting.push_back({std::move(request), std::move(done)});
  const bool all_busy = workers.busy + workers.waiting.size() > workers.threads.size();
  if (all_busy && workers.threads.size() < limits::kForwardersMax) {
    workers.threads.emplace_back([&workers] { workers.run(); });
  }
  lock.unlock();
  workers.wake.notify_one();
}

Result<void> check_forward_url(const std::string& text) {
  struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  CHECK(url);
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0);
  if (code != CURLUE_OK) return fail("{} is no URL: {}", text, curl_url_strerror(code));
  if (!text.starts_with("http://")) {
    return fail("{}: only plain http can be forwarded to; a receiver with TLS needs no `listen`",
                text);
  }
  return {};
}

}  // namespace favorhook::cli
