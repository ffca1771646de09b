// What the world outside the node saw during a run: the evidence that the checkers hold against the
// node's files.
//
// Plain data, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clocks.h"

namespace favorhook::sim {

// One POST that reached a receiver.
struct SeenPost {
  BusinessTime at;
  std::string receiver;  // mchid, by the URL
  std::string nonce;     // its Wechatpay-Nonce
  std::string event_id;
  std::string coupon_code;  // from the plaintext
  std::string fault;        // why its signature or resource is wrong; empty: all is well
  int answered = 0;         // status, 0: none
};

// A coupon that a client was told of.
struct Acknowledged {
  std::string mchid;
  std::string stock_id;
  std::string out_request_no;
  std::string coupon_code;
};

struct Resent {
  std::int64_t event_seq;
  std::uint32_t first_attempt;  // the number of the attempt with which the ladder begins again
  bool under_way;               // that attempt had begun: where it fails, the next follows at once
};

struct History {
  std::vector<SeenPost> seen;
  std::vector<Acknowledged> acknowledged;
  std::vector<Resent> resent;
  std::vector<std::string> faults;  // what went wrong on the spot
  // When a receiver became healthy for good; its merchant is not here where it never did.
  std::map<std::string, BusinessTime> healthy_since;
  std::uint32_t crashes = 0;
  Millis down{0};  // the node, all crashes together
};

}  // namespace favorhook::sim
