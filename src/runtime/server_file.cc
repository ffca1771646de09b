#include "runtime/server_file.h"

#include <signal.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <cerrno>

#include "runtime/files.h"

namespace favorhook::runtime {
namespace {

std::string text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* member = object.if_contains(name);
  const boost::json::string* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? "" : std::string(*text);
}

bool lives(std::int64_t pid) {
  return pid > 0 && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
}

}  // namespace

Result<void> write_server_file(const std::string& path, const ServerPlace& place) {
  const boost::json::object object = {{"pid", place.pid},
                                      {"listen", place.listen},
                                      {"tls_listen", place.tls_listen},
                                      {"admin_listen", place.admin_listen}};
  return write_file(path, boost::json::serialize(object) + "\n");
}

std::optional<ServerPlace> read_server_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(*text, error);
  const boost::json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  const boost::json::value* pid = object->if_contains("pid");
  if (pid == nullptr || !pid->is_int64() || !lives(pid->get_int64())) return std::nullopt;
  return ServerPlace{pid->get_int64(), text_member(*object, "listen"),
                     text_member(*object, "tls_listen"), text_member(*object, "admin_listen")};
}

std::string local_url(std::string_view scheme, std::string_view address) {
  if (address.empty()) return {};
  const std::size_t colon = std::min(address.rfind(':'), address.size());
  std::string_view host = address.substr(0, colon);
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return fmt::format("{}://{}{}", scheme, host, address.substr(colon));
}

}  // namespace favorhook::runtime
