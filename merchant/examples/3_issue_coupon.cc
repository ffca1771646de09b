// Issues a coupon of a stock to a user; the stock's creator is then notified.
//
//   3_issue_coupon DIR BASE_URL STOCK_ID OPENID APPID REQUEST_NO
//
// REQUEST_NO makes the call repeatable: the same number gives the same coupon, so after a time-out
// call again with it instead of with a new one.
#include <favorhook/client.h>

#include <iostream>

#include "key_files.h"

namespace fm = favorhook::merchant;

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: 3_issue_coupon DIR BASE_URL STOCK_ID OPENID APPID REQUEST_NO\n";
    return 2;
  }
  const example::KeyFiles files = example::read_key_files(argv[1]);
  fm::ClientOptions options;
  options.base_url = argv[2];
  options.ca_file = files.ca_file;
  fm::Client client(files.credentials, files.keys, options);

  // None of these may hold a quote or a backslash; a JSON library is the better way in a program.
  const auto member = [](const char* name, const char* value) {
    return std::string("\"") + name + "\":\"" + value + "\"";
  };
  const std::string body = "{" + member("stock_id", argv[3]) + "," + member("openid", argv[4]) +
                           "," + member("appid", argv[5]) + "," +
                           member("out_request_no", argv[6]) + "}";
  const auto answer = client.call("POST", "/v3/marketing/busifavor/coupons/send", body);
  if (!answer) {
    std::cerr << answer.error() << '\n';
    return 1;
  }
  std::cout << answer->status << ' ' << answer->body << '\n';
  if (!answer->verified) std::cerr << "not verified: " << answer->verify_error << '\n';
  return answer->verified && answer->status == 200 ? 0 : 1;
}
