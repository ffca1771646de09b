#include "bench/receiver.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <new>
#include <utility>
#include <vector>

#include "apiv3/notification.h"
#include "base/check.h"
#include "base/limits.h"
#include "bench/measure.h"
#include "favorhook/notification.h"
#include "net/http_server.h"

namespace favorhook::bench {
namespace {

using namespace std::chrono_literals;
constexpr Millis kLookAgain = 2ms;  // at the flag that says hold

// The digits that end send_req_no.
std::optional<std::size_t> number_in(std::string_view plaintext) {
  constexpr std::string_view kMember = "\"send_req_no\":\"";
  const std::size_t begin = plaintext.find(kMember);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view value = plaintext.substr(begin + kMember.size());
  const std::string_view text = value.substr(0, value.find('"'));
  const std::size_t digits = text.find_last_not_of("0123456789") + 1;
  std::size_t number = 0;
  std::from_chars(text.data() + digits, text.data() + text.size(), number);
  return number < kNumbersMax ? std::optional(number) : std::nullopt;
}

class Work {
 public:
  Work(const ReceiverKeys& keys, Notes& notes)
      : keys_(keys), handler_(keys.platform, keys.apiv3_key), notes_(notes), loops_(1) {}

  Result<void> serve() {
    auto tls = net::make_server_tls(keys_.chain_pem, keys_.key_pem);
    if (!tls) return fail(std::move(tls.error()));
    net::ListenOptions options;
    options.tls = *tls;
    options.body_bytes_max = limits::kNotificationBytesMax;
    const HttpHandler take_one = [this](HttpRequest request, Respond respond) {
      take(request, std::move(respond));
    };
    auto server = net::HttpServer::listen(loops_, std::move(options), {take_one});
    if (!server) return fail(std::move(server.error()));
    look_at_hold();
    loops_.start();
    notes_.port = (*server)->port();
    for (;;) ::pause();
  }

 private:
  void take(const HttpRequest& request, Respond respond) {
    const std::int64_t now = now_ns();
    const bool good = judge(request, now);
    if (!good) ++notes_.faults;
    if (notes_.hold) {
      held_.push_back(std::move(respond));
    } else {
      acknowledge(respond);
    }
  }

  bool judge(const HttpRequest& request, std::int64_t now) {
    const auto opened = apiv3::open_notification(request.body, keys_.apiv3_key);
    if (!opened) return false;
    const auto number = number_in(opened->plaintext);
    if (number) {
      std::int64_t none = 0;
      if (notes_.arrived_ns[*number].compare_exchange_strong(none, now)) ++notes_.distinct;
    }
    if (notes_.posts++ % kVerifyEvery != 0) return true;
    std::vector<std::pair<std::string, std::string>> headers;
    for (const Header& header : request.headers) headers.emplace_back(header.name, header.value);
    return bool(handler_.parse(headers, request.body));
  }

  void acknowledge(Respond& respond) {
    ++notes_.acknowledged;
    HttpAnswer answer;
    answer.status = 204;
    respond(std::move(answer));
  }

  void look_at_hold() {
    if (!notes_.hold) {
      for (Respond& respond : held_) acknowledge(respond);
      held_.clear();
    }
    loops_.at(0).after(kLookAgain, [this] { look_at_hold(); });
  }

  const ReceiverKeys& keys_;
  merchant::NotificationHandler handler_;
  Notes& notes_;
  net::Loops loops_;
  std::vector<Respond> held_;
};

}  // namespace

Result<Receiver> Receiver::start(const ReceiverKeys& keys) {
  Receiver receiver;
  void* const memory =
      ::mmap(nullptr, sizeof(Notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  receiver.notes_ = new (memory) Notes();
  receiver.pid_ = ::fork();
  CHECK(receiver.pid_ >= 0);
  if (receiver.pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Work work(keys, *receiver.notes_);
    or_exit(work.serve());
    std::abort();  // serve() returns with an error only
  }
  for (int i = 0; i < 1'000 && receiver.notes_->port == 0; ++i) ::usleep(5'000);
  if (receiver.notes_->port == 0) return fail("the receiver did not start");
  return receiver;
}

Receiver::Receiver(Receiver&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), notes_(std::exchange(other.notes_, nullptr)) {}

Receiver::~Receiver() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (notes_ != nullptr) ::munmap(notes_, sizeof(Notes));
}

std::string Receiver::url() const {
  return fmt::format("https://localhost:{}/notify", port());
}

}  // namespace favorhook::bench
