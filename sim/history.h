// What the world outside the node saw during a run: the evidence that the checkers hold against the
// node's files. Times are true ones (SimClocks::elapsed) unless their type says otherwise.
//
// Plain data, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clocks.h"
#include "coupon/rows.h"
#include "sim/belief.h"

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

// One POST that left the node, seen or not.
struct LeftPost {
  Millis at{0};
  std::optional<Millis> ended;  // nothing where its node died before
};

// A coupon that a client was told of.
struct Acknowledged {
  Millis at{0};
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

struct Span {
  Millis from{0};
  Millis to{0};
};

struct History {
  std::vector<SeenPost> seen;
  std::map<std::string, LeftPost> left;  // by nonce
  std::vector<Acknowledged> acknowledged;
  std::vector<Resent> resent;
  std::multiset<std::int64_t> resends_open;  // events: whether it was done is not known
  std::vector<std::string> faults;           // what went wrong on the spot
  // Settings by kind ("url", "key", "push", "mode", "gray", "platform") and merchant or serial.
  std::map<std::pair<std::string, std::string>, Belief> beliefs;
  // Why a merchant's events may be withheld, as far as somebody ever tried to bring that about.
  std::map<std::string, std::set<coupon::WithheldReason>> reasons;
  // When a receiver became healthy for good; its merchant is not here where it never did.
  std::map<std::string, Millis> healthy_since;
  std::vector<Span> down;         // no node, or one whose disk is full
  std::vector<Span> other_clock;  // around moves of the clocks and while one stands still
  std::uint32_t crashes = 0;
  std::uint64_t trace = 0;  // a digest of what happened, in order
};

}  // namespace favorhook::sim
