// The merchant that the bench plays: made with the program's own commands, its requests signed
// before they are needed, so that signing them takes no time from the server.
//
//   Merchant merchant = Merchant::make(server);
//   const std::vector<std::string> gets = merchant.get_callback(256);
//   const std::vector<std::string> sends = merchant.send_coupons(4000);   // numbered on
//
// A request is its whole text, head and body. They are good for 300 s (protocol §1.5), and the same
// GET may be sent any number of times.
#pragma once

#include <string>
#include <vector>

#include "bench/receiver.h"
#include "bench/server.h"
#include "favorhook/client.h"

namespace favorhook::bench {

inline constexpr const char* kMchid = "1900000001";

class Merchant {
 public:
  static Merchant make(const Server& server);

  ReceiverKeys receiver_keys() const;
  const std::string& ca_file() const { return ca_file_; }
  std::size_t sends_made() const { return next_number_; }

  std::vector<std::string> get_callback(std::size_t count) const;
  std::vector<std::string> send_coupons(std::size_t count);
  // For notifications that no request of this merchant made; the first of them.
  std::size_t take_numbers(std::size_t count);

 private:
  struct Unsigned {
    std::string method, target, body;
  };
  std::vector<std::string> sign(const std::vector<Unsigned>& requests) const;

  merchant::Credentials credentials_;
  merchant::PlatformKeys platform_;
  std::string apiv3_key_, ca_file_, tls_dir_, stock_id_;
  std::size_t next_number_ = 0;
};

}  // namespace favorhook::bench
