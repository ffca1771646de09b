#include "bench/load.h"

#include <boost/asio/post.hpp>
#include <future>

#include "base/limits.h"
#include "bench/measure.h"
#include "net/answer_parser.h"
#include "net/stream.h"

namespace favorhook::bench {
namespace {

using namespace std::chrono_literals;
using net::Stream;
using net::Timer;
template <class T>
using Task = net::Work<T>;

constexpr auto kPatience = 30s;  // for a whole run's slowest answer

struct Run {
  std::span<const std::string> requests;
  LoadPlan plan;
  std::vector<CallTimes> times;
  std::int64_t begun_ns = 0;
  std::size_t next = 0;
  std::size_t working = 0;
  std::promise<void> done;
};

std::int64_t due_of(const Run& run, std::size_t index) {
  return run.begun_ns +
         static_cast<std::int64_t>(static_cast<double>(index) * 1e9 / run.plan.per_second);
}

// The status of the next answer; 0 where none came.
Task<int> read_status(Stream* stream, std::string* buffer) {
  net::AnswerParser parser;
  net::AnswerParser::State state = net::AnswerParser::more;
  while (state == net::AnswerParser::more) {
    const std::size_t held = buffer->size();
    buffer->resize(held + limits::kReadBytes);
    const std::span<char> room = std::span(*buffer).subspan(held);
    const net::Io read = co_await stream->read_some(room);
    buffer->resize(held + read.bytes);
    if (read.end != net::IoEnd::ok) co_return 0;
    std::size_t consumed = 0;
    state = parser.feed(*buffer, consumed);
    buffer->erase(0, consumed);
  }
  co_return state == net::AnswerParser::complete ? parser.status() : 0;
}

Task<void> wait_until(Timer* timer, std::int64_t at_ns) {
  boost::system::error_code error;
  auto token = net::asio::redirect_error(net::Awaiting(), error);
  timer->expires_after(std::chrono::nanoseconds(at_ns - now_ns()));
  co_await timer->async_wait(token);
}

Task<bool> send_one(Run* run, Stream* stream, std::size_t index, std::string* buffer) {
  CallTimes& times = run->times[index];
  const std::string_view bytes = run->requests[index % run->requests.size()];
  stream->set_deadline(std::chrono::steady_clock::now() + kPatience);
  times.sent_ns = now_ns();
  if (times.due_ns == 0) times.due_ns = times.sent_ns;
  const net::Io written = co_await stream->write_all(bytes);
  if (written.end != net::IoEnd::ok) co_return false;
  const int status = co_await read_status(stream, buffer);
  times.answered_ns = now_ns();
  times.status = status;
  co_return status != 0;
}

Task<void> drive(std::shared_ptr<Run> run, std::shared_ptr<Stream> stream,
                 net::Loop::Native* loop) {
  Timer timer(loop->context);
  std::string buffer;
  bool good = true;
  while (good && run->next < run->plan.count) {
    const std::size_t index = run->next++;
    if (run->plan.per_second > 0) {
      const std::int64_t due = due_of(*run, index);
      run->times[index].due_ns = due;
      if (due > now_ns()) co_await wait_until(&timer, due);
    }
    const bool sent = co_await send_one(run.get(), stream.get(), index, &buffer);
    good = sent;
  }
  if (--run->working == 0) run->done.set_value();
}

}  // namespace

struct Load::Inside {
  Inside() : loops(1) { loops.start(); }
  ~Inside() { loops.stop(); }
  net::Loop::Native& loop() { return loops.at(0).native(); }

  net::Loops loops;
  std::vector<std::shared_ptr<Stream>> streams;  // used on the loop only, and gone before it
};

namespace {

Task<void> open_one(LoadTarget target, net::Loop::Native* loop,
                    std::shared_ptr<std::promise<std::shared_ptr<Stream>>> made) {
  net::ErrorCode error;
  auto token = net::asio::redirect_error(net::Awaiting(), error);
  net::Socket socket(loop->executor());
  const net::tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), target.port);
  co_await socket.async_connect(endpoint, token);
  std::shared_ptr<Stream> stream;
  if (!error) {
    socket.non_blocking(true, error);
    socket.set_option(net::tcp::no_delay(true), error);
    stream = target.tls ? Stream::tls_client(std::move(socket), *target.tls, "localhost", false)
                        : Stream::plain(std::move(socket));
    const net::Io shaken = co_await stream->handshake();
    if (shaken.end != net::IoEnd::ok) stream.reset();
  }
  made->set_value(std::move(stream));
}

}  // namespace

Result<Load> Load::connect(const LoadTarget& target) {
  auto inside = std::make_unique<Inside>();
  for (std::size_t i = 0; i < target.connections; ++i) {
    const auto made = std::make_shared<std::promise<std::shared_ptr<Stream>>>();
    net::start_work(inside->loop(), open_one(target, &inside->loop(), made));
    auto stream = made->get_future().get();
    if (!stream) return fail("cannot connect to port {}", target.port);
    inside->streams.push_back(std::move(stream));
  }
  return Load(std::move(inside));
}

Load::Load(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Load::Load(Load&&) noexcept = default;
Load::~Load() = default;

std::vector<CallTimes> Load::run(std::span<const std::string> requests, const LoadPlan& plan) {
  const auto run = std::make_shared<Run>();
  run->requests = requests;
  run->plan = plan;
  run->times.resize(plan.count);
  run->working = inside_->streams.size();
  auto done = run->done.get_future();
  inside_->loops.at(0).post([this, run] {
    run->begun_ns = now_ns();
    for (const auto& stream : inside_->streams) {
      net::start_work(inside_->loop(), drive(run, stream, &inside_->loop()));
    }
  });
  done.wait();
  return std::move(run->times);
}

}  // namespace favorhook::bench
