#include "net/resolver.h"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "net/url.h"

namespace favorhook::net {
namespace {

using Descriptor = asio::posix::basic_stream_descriptor<LoopExecutor>;

// One socket of c-ares on the loop. c-ares owns and closes it.
struct Watched {
  // Where the loop cannot watch the socket, the timer ends its question.
  Watched(const LoopExecutor& executor, int fd) : descriptor(executor) {
    ErrorCode ignored;
    descriptor.assign(fd, ignored);
  }
  ~Watched() {
    if (descriptor.is_open()) descriptor.release();
  }
  Descriptor descriptor;
  bool wants_read = false, wants_write = false;
  bool waits_read = false, waits_write = false;
};

IpAddress address_of(const sockaddr& address) {
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    IpAddress ip;
    std::memcpy(ip.bytes.data(), &v6.sin6_addr, ip.bytes.size());
    return ip;
  }
  sockaddr_in v4;
  std::memcpy(&v4, &address, sizeof v4);
  std::array<std::uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
  return IpAddress::v4(bytes);
}

// One of each kind in turn, so that a network without one of them costs one failure at most before
// the other is tried.
std::vector<IpAddress> alternate(const std::vector<IpAddress>& found) {
  std::vector<IpAddress> v4, v6, mixed;
  for (const IpAddress& address : found) (address.is_v4() ? v4 : v6).push_back(address);
  for (std::size_t i = 0; i < std::max(v4.size(), v6.size()); ++i) {
    if (i < v4.size()) mixed.push_back(v4[i]);
    if (i < v6.size()) mixed.push_back(v6[i]);
  }
  mixed.resize(std::min(mixed.size(), limits::kAddressesMax));
  return mixed;
}

}  // namespace

struct Resolver::Channel {
  struct Question {
    Channel& channel;
    std::string name;
  };

  Channel(Loop::Native& on, std::string dns_servers)
      : loop(on), servers(std::move(dns_servers)), timer(on.context) {}
  ~Channel() {
    closing = true;
    if (ares != nullptr) ares_destroy(ares);
  }

  bool open();
  void ask(const std::string& name);
  void answer(const std::string& name, int status, ares_addrinfo* info);
  void watch(int fd, bool read, bool write);
  void wait(const std::shared_ptr<Watched>& watched, int fd, bool write);
  void process(ares_socket_t read_fd, ares_socket_t write_fd);
  void set_timer();

  Loop::Native& loop;
  std::string servers;
  Timer timer;
  ares_channel ares = nullptr;
  std::map<int, std::shared_ptr<Watched>> watched;
  std::map<std::string, std::vector<Done>> asked;
  bool closing = false;
};

bool Resolver::Channel::open() {
  if (ares != nullptr) return true;
  static std::once_flag once;
  std::call_once(once, [] { CHECK(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS); });
  ares_options options{};
  char lookups[] = "fb";  // the hosts file, then DNS
  options.lookups = lookups;
  options.timeout = static_cast<int>(limits::kNameServerTime.count());
  options.tries = limits::kNameServerTries;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t fd, int read, int write) {
    static_cast<Channel*>(self)->watch(fd, read != 0, write != 0);
  };
  constexpr int kMask =
      ARES_OPT_LOOKUPS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&ares, &options, kMask) != ARES_SUCCESS) {
    ares = nullptr;
    return false;
  }
  if (servers.empty() || ares_set_servers_ports_csv(ares, servers.c_str()) == ARES_SUCCESS) {
    return true;
  }
  ares_destroy(std::exchange(ares, nullptr));
  return false;
}

void Resolver::Channel::ask(const std::string& name) {
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NOSORT;  // sorting would open a socket towards every address
  const auto done = [](void* argument, int status, int, ares_addrinfo* info) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    question->channel.answer(question->name, status, info);
    if (info != nullptr) ares_freeaddrinfo(info);
  };
  auto question = std::make_unique<Question>(Question{*this, name});
  ares_getaddrinfo(ares, name.c_str(), nullptr, &hints, done, question.release());
  set_timer();
}

void Resolver::Channel::answer(const std::string& name, int status, ares_addrinfo* info) {
  std::vector<IpAddress> found;
  for (auto* node = info == nullptr ? nullptr : info->nodes; node != nullptr;
       node = node->ai_next) {
    const IpAddress address = address_of(*node->ai_addr);
    const auto same = [&](const IpAddress& other) { return other.bytes == address.bytes; };
    if (std::ranges::none_of(found, same)) found.push_back(address);
  }
  Result<std::vector<IpAddress>> result = alternate(found);
  if (status != ARES_SUCCESS) result = fail("{}: {}", name, ares_strerror(status));
  if (result && result->empty()) result = fail("{}: the name has no address", name);
  auto waiting = std::move(asked.extract(name).mapped());
  for (Done& done : waiting) done(result);
}

void Resolver::Channel::watch(int fd, bool read, bool write) {
  if (closing || (!read && !write)) {
    watched.erase(fd);
    return;
  }
  auto& entry = watched[fd];
  if (!entry) entry = std::make_shared<Watched>(loop.executor(), fd);
  entry->wants_read = read;
  entry->wants_write = write;
  if (read) wait(entry, fd, false);
  if (write) wait(entry, fd, true);
}

// The handler knows the socket only while it is watched: its number may belong to another one
// later.
void Resolver::Channel::wait(const std::shared_ptr<Watched>& entry, int fd, bool write) {
  bool& waits = write ? entry->waits_write : entry->waits_read;
  if (waits) return;
  waits = true;
  const auto kind = write ? Descriptor::wait_write : Descriptor::wait_read;
  const std::weak_ptr<Watched> weak = entry;
  entry->descriptor.async_wait(kind, [this, weak, fd, write](ErrorCode error) {
    if (error) return;
    const auto bad = ares_socket_t(ARES_SOCKET_BAD);
    {
      const auto alive = weak.lock();
      if (!alive) return;
      (write ? alive->waits_write : alive->waits_read) = false;
    }
    process(write ? bad : fd, write ? fd : bad);
    const auto alive = weak.lock();
    if (alive && (write ? alive->wants_write : alive->wants_read)) wait(alive, fd, write);
  });
}

void Resolver::Channel::process(ares_socket_t read_fd, ares_socket_t write_fd) {
  ares_process_fd(ares, read_fd, write_fd);
  set_timer();
}

void Resolver::Channel::set_timer() {
  timeval left{};
  if (ares_timeout(ares, nullptr, &left) == nullptr) {
    timer.cancel();
    return;
  }
  const auto wait = std::chrono::seconds(left.tv_sec) + Micros(left.tv_usec) + Millis(1);
  timer.expires_after(wait);
  timer.async_wait([this](ErrorCode error) {
    if (!error && !closing) process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

Resolver::Resolver(Loop::Native& loop, std::string servers)
    : channel_(std::make_unique<Channel>(loop, std::move(servers))) {}
Resolver::~Resolver() = default;

void Resolver::resolve(const std::string& name, Done done) {
  if (is_localhost(name)) {
    const std::vector<IpAddress> loopback = {*IpAddress::from_text("127.0.0.1"),
                                             *IpAddress::from_text("::1")};
    return done(loopback);
  }
  if (!channel_->open()) return done(fail("{}: DNS is not usable with its configuration", name));
  auto& waiting = channel_->asked[name];
  waiting.push_back(std::move(done));
  if (waiting.size() == 1) channel_->ask(name);
}

}  // namespace favorhook::net
