// Private to net/: a POST as the bytes that are sent.
//
//   const std::string text = post_text(*target, order);
#pragma once

#include <string>

#include "base/transport.h"
#include "net/targets.h"

namespace favorhook::net {

// Adds Host, User-Agent, Accept, Content-Length and Connection. That no header of the order holds a
// line break is its maker's part, and Exchange checks it.
std::string post_text(const Target& target, const PostOrder& order);

}  // namespace favorhook::net
