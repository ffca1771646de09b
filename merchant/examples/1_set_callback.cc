// Sets the notification URL of merchant coupons and reads it back.
//
//   1_set_callback DIR BASE_URL NOTIFY_URL
//   1_set_callback favorhook-data/merchants/1900000001 https://localhost:8443
//       https://localhost:9000/notify
//
// DIR holds what `favorhook merchant add` wrote, or what the merchant platform gave you under the
// same names.
#include <favorhook/client.h>

#include <iostream>

#include "key_files.h"

namespace fm = favorhook::merchant;

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: 1_set_callback DIR BASE_URL NOTIFY_URL\n";
    return 2;
  }
  const example::KeyFiles files = example::read_key_files(argv[1]);
  fm::ClientOptions options;
  options.base_url = argv[2];
  options.ca_file = files.ca_file;  // favorhook's own CA; not needed for WeChat Pay itself
  fm::Client client(files.credentials, files.keys, options);

  const std::string path = "/v3/marketing/busifavor/callbacks";
  const std::string body = std::string("{\"notify_url\":\"") + argv[3] + "\"}";
  for (const bool set : {true, false}) {
    const auto answer = set ? client.call("POST", path, body) : client.call("GET", path);
    if (!answer) {
      std::cerr << answer.error() << '\n';
      return 1;
    }
    std::cout << answer->status << ' ' << answer->body << '\n';
    // Only a verified answer is the platform's; a refusal of the signature itself is not signed.
    if (!answer->verified) {
      std::cerr << "not verified: " << answer->verify_error << '\n';
      return 1;
    }
    if (answer->status != 200) return 1;
  }
  return 0;
}
