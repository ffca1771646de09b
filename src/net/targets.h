// Private to net/: what an exchange needs of a notification URL, worked out once and kept.
//
//   auto target = targets.find("https://shop.example:8443/notify");
//   text = (*target)->head + …
//
// The same few URLs are posted to again and again, and taking one apart costs as much as reading an
// answer. Addresses are not part of it: they are judged at every attempt. Thread safety: the loop's
// thread only. Errors: those of parse_url, and a URL that is not https; they are not kept. Limits:
// kTargetsMax, at which all are forgotten.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "net/url.h"

namespace favorhook::net {

struct Target {
  Url url;
  std::string key;   // of the connections that may be used for it
  std::string head;  // of its requests, up to the value of Content-Length
};

class Targets {
 public:
  Result<std::shared_ptr<const Target>> find(const std::string& url);

 private:
  std::unordered_map<std::string, std::shared_ptr<const Target>> known_;
};

}  // namespace favorhook::net
