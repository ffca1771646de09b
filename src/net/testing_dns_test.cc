// The bodies of testing_dns.h; only net_test is linked with them.
#include "net/testing_dns.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <utility>

#include "base/check.h"

namespace favorhook::net::dns {
namespace {

constexpr std::size_t kHeadBytes = 12;
// The shortest question: a head, the root, a type and a class.
constexpr std::size_t kQuestionBytesMin = kHeadBytes + 5;

std::string number16(std::size_t number) {
  return {char(number >> 8U), char(number & 0xffU)};
}

Question read(std::string_view bytes) {
  Question question;
  question.id = bytes.substr(0, 2);
  std::size_t at = kHeadBytes;
  while (bytes[at] != 0) {
    const auto length = std::size_t(bytes[at]);
    if (!question.name.empty()) question.name += '.';
    question.name += bytes.substr(at + 1, length);
    at += length + 1;
  }
  question.type = bytes[at + 2];
  question.section = bytes.substr(kHeadBytes, at + 5 - kHeadBytes);
  return question;
}

Script honest(Table table) {
  return [table = std::move(table)](const Question& question) -> std::vector<std::string> {
    const auto found = table.find(question.name);
    if (found == table.end()) return {reply(question, {}, kNameError)};
    if (found->second.empty()) return {};
    std::vector<Record> records;
    if (question.type == kA) {
      for (const std::string& address : found->second) records.push_back(a(address));
    }
    return {reply(question, records)};
  };
}

}  // namespace

std::string wire_name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += char(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

Record a(const std::string& text) {
  std::string data(4, '\0');
  CHECK(inet_pton(AF_INET, text.c_str(), data.data()) == 1);
  return {kA, data};
}

Record aaaa(const std::string& text) {
  std::string data(16, '\0');
  CHECK(inet_pton(AF_INET6, text.c_str(), data.data()) == 1);
  return {kAaaa, data};
}

std::string reply(const Question& question, const std::vector<Record>& records, int code,
                  bool truncated) {
  std::string text = question.id;
  text += char(truncated ? 0x87 : 0x85);
  text += char(0x80 | code);
  text += number16(1) + number16(records.size()) + number16(0) + number16(0) + question.section;
  std::string owner = "\xc0\x0c";  // the name in the question
  for (const Record& record : records) {
    text += owner + number16(std::size_t(record.type)) + number16(1) + std::string(4, '\0') +
            number16(record.data.size()) + record.data;
    if (record.type == kCname) owner = record.data;
  }
  return text;
}

Server::Server(Script script) : script_(std::move(script)), socket_(bind_on_loopback(port_)) {
  thread_ = std::thread([this] { serve(); });
}

Server::Server(Table table) : Server(honest(std::move(table))) {}

Server::~Server() {
  stopping_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);  // recvfrom() returns with nothing
  thread_.join();
}

void Server::serve() {
  for (;;) {
    char bytes[512];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* const sender = reinterpret_cast<sockaddr*>(&from);
    const auto got = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0, sender, &size);
    if (stopping_) return;
    if (got < ssize_t(kQuestionBytesMin)) continue;
    ++questions_;
    Question question = read(std::string_view(bytes, std::size_t(got)));
    for (const std::string& text : script_(question)) {
      ::sendto(socket_.get(), text.data(), text.size(), 0, sender, size);
    }
  }
}

}  // namespace favorhook::net::dns
