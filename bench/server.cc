#include "bench/server.h"

#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <sstream>
#include <utility>

#include "base/check.h"
#include "bench/measure.h"
#include "bench/process.h"

namespace favorhook::bench {
namespace {

std::uint16_t port_in(const boost::json::object& ready, const char* name) {
  const std::string address(ready.at(name).as_string());
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

std::string http_get(std::uint16_t port, const std::string& target) {
  const int client = connect_to_loopback(port);
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", target);
  CHECK(::write(client, request.data(), request.size()) == std::ssize(request));
  std::string answer;
  char bytes[4096];
  for (ssize_t got = 0; (got = ::read(client, bytes, sizeof bytes)) > 0;) {
    answer.append(bytes, static_cast<std::size_t>(got));
  }
  ::close(client);
  return answer;
}

}  // namespace

Result<Server> Server::start(Options options) {
  Server server;
  server.options_ = std::move(options);
  const std::string any = "127.0.0.1:0";
  Child child =
      spawn({server.options_.program, "--json", "serve", "--sandbox", "--data",
             server.options_.data, "--listen", any, "--tls-listen", any, "--admin-listen", any},
            server.options_.data + ".log");
  server.pid_ = child.pid;
  const std::string line = read_output(child.output, true);
  close_pipes(child);
  boost::system::error_code broken;
  const boost::json::value ready = boost::json::parse(line, broken);
  if (broken || !ready.is_object()) {
    return fail("the server did not start; see {}.log", server.options_.data);
  }
  server.port_ = port_in(ready.as_object(), "listen");
  server.tls_port_ = port_in(ready.as_object(), "tls_listen");
  server.admin_port_ = port_in(ready.as_object(), "admin_listen");
  return server;
}

Server::Server(Server&& other) noexcept {
  *this = std::move(other);
}

Server& Server::operator=(Server&& other) noexcept {
  stop();
  options_ = std::move(other.options_);
  pid_ = std::exchange(other.pid_, -1);
  port_ = other.port_;
  tls_port_ = other.tls_port_;
  admin_port_ = other.admin_port_;
  return *this;
}

Server::~Server() {
  stop();
}

void Server::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  wait_for(std::exchange(pid_, -1));
}

std::string Server::run(std::vector<std::string> arguments) const {
  std::vector<std::string> command = {options_.program, "--data", options_.data};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Child child = spawn(command, "");
  std::string output = read_output(child.output, false);
  close_pipes(child);
  if (wait_for(child.pid) != 0) {
    fmt::print(stderr, "bench: favorhook {} failed: {}\n", fmt::join(arguments, " "), output);
    std::exit(1);
  }
  return output;
}

Series Server::metrics() const {
  Series series;
  std::istringstream lines(http_get(admin_port_, "/metrics"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with("favorhook_") || space == std::string::npos) continue;
    series[line.substr(0, space)] = std::strtod(line.c_str() + space, nullptr);
  }
  return series;
}

double Server::cpu_seconds() const {
  return cpu_seconds_of(pid_);
}

std::int64_t Server::rss_bytes() const {
  return bench::rss_bytes(pid_);
}

}  // namespace favorhook::bench
