#include "net/targets.h"

#include "base/limits.h"

namespace favorhook::net {
namespace {

// Host names the port only where it is not the scheme's own (RFC 9110 §7.2); an IPv6 address stands
// in brackets.
std::string host_header(const Url& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + url.host + "]" : url.host;
  return url.port == 443 ? host : fmt::format("{}:{}", host, url.port);
}

Target make_target(Url url) {
  Target target;
  target.key = fmt::format("{}-{}", url.host, url.port);
  target.head = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: favorhook/{}\r\nAccept: */*\r\n"
      "Content-Length: ",
      url.target, host_header(url), FAVORHOOK_VERSION);
  target.url = std::move(url);
  return target;
}

}  // namespace

Result<std::shared_ptr<const Target>> Targets::find(const std::string& url) {
  if (const auto known = known_.find(url); known != known_.end()) return known->second;
  auto parsed = parse_url(url);
  if (!parsed) return fail(std::move(parsed.error()));
  if (parsed->scheme != "https") return fail("the URL is not https");
  if (known_.size() >= limits::kTargetsMax) known_.clear();
  const auto target = std::make_shared<const Target>(make_target(std::move(*parsed)));
  known_.emplace(url, target);
  return target;
}

}  // namespace favorhook::net
