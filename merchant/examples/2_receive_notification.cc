// Verifies and decrypts one notification, given as it came over HTTP: headers, an empty line, body.
//
//   2_receive_notification DIR < notification.http
//
// A server does the same with the headers and the untouched body that it received. DIR as in the
// first example. Exit 0: acknowledge with 200. Exit 1: answer 4xx or 5xx and it comes again.
#include <favorhook/notification.h>

#include <iostream>
#include <iterator>
#include <utility>
#include <vector>

#include "key_files.h"

namespace fm = favorhook::merchant;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: 2_receive_notification DIR < notification.http\n";
    return 2;
  }
  const example::KeyFiles files = example::read_key_files(argv[1]);

  std::vector<std::pair<std::string, std::string>> headers;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;  // the request line
    const auto value = line.find_first_not_of(' ', colon + 1);
    headers.emplace_back(line.substr(0, colon),
                         value == std::string::npos ? std::string() : line.substr(value));
  }
  const std::string body((std::istreambuf_iterator<char>(std::cin)),
                         std::istreambuf_iterator<char>());

  const fm::NotificationHandler handler(files.keys, files.apiv3_key);
  const auto notification = handler.parse(headers, body);
  if (!notification) {
    std::cerr << "refused: " << notification.error() << '\n';
    return 1;
  }
  // The same id may come again: handle each id once, and answer 200 each time.
  std::cout << notification->id << ' ' << notification->event_type << '\n'
            << notification->plaintext << '\n';
  return 0;
}
