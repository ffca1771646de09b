// For net_test only: a DNS server on a UDP socket of loopback that says what a test wants (RFC
// 1035).
//
//   dns::Server honest(dns::Table{{"one.test", {"127.0.0.1"}}});
//   dns::Server lying([](const dns::Question& question) {
//     return std::vector{dns::reply(question, {dns::a("169.254.169.254")})};
//   });
//
// Thread safety: the script runs on the server's own thread. Ownership: the destructor ends it.
// Errors: CHECK.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/testing.h"

namespace favorhook::net::dns {

inline constexpr int kA = 1, kCname = 5, kAaaa = 28;
inline constexpr int kNoError = 0, kServerFailure = 2, kNameError = 3, kRefused = 5;

struct Question {
  std::string id;       // two bytes
  std::string section;  // as asked
  std::string name;
  int type = 0;
};

struct Record {
  int type;
  std::string data;  // in wire form
};

std::string wire_name(std::string_view name);
Record a(const std::string& text);
Record aaaa(const std::string& text);
// TTL 0: nobody may keep it. Each record belongs to the name of the CNAME before it.
std::string reply(const Question& question, const std::vector<Record>& records, int code = kNoError,
                  bool truncated = false);

// What is sent for a question, datagram by datagram; none is no answer.
using Script = std::function<std::vector<std::string>(const Question&)>;
// Addresses by name. Questions for IPv6 are answered with nothing, other names with "no such name",
// a name without addresses never.
using Table = std::map<std::string, std::vector<std::string>>;

class Server {
 public:
  explicit Server(Script script);
  explicit Server(Table table);
  ~Server();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int questions() const { return questions_.load(); }

 private:
  void serve();

  Script script_;
  std::uint16_t port_ = 0;
  Descriptor socket_;
  std::atomic<int> questions_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace favorhook::net::dns
