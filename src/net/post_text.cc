#include "net/post_text.h"

namespace favorhook::net {

std::string post_text(const Target& target, const PostOrder& order) {
  constexpr std::size_t kRestOfTheHead = 64;
  std::size_t size = target.head.size() + kRestOfTheHead + order.body.size();
  for (const Header& header : order.headers) size += header.name.size() + header.value.size() + 4;
  std::string text;
  text.reserve(size);
  text.append(target.head).append(std::to_string(order.body.size()));
  text.append("\r\nConnection: keep-alive\r\n");
  for (const Header& header : order.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  text.append("\r\n").append(order.body);
  return text;
}

}  // namespace favorhook::net
