// What others wrote down: receivers each POST that they saw, clients each coupon that they were
// told of. A line a record, JSON.
//
//   Result<void> read = posts.read("posts.jsonl", "");            // any receiver's
//   Result<void> read = accepted.read("accepted.jsonl");
//   {"nonce": "…", "id": "…", "status": 200, "received_at": 1795294264729}
//   {"mchid": "1900000001", "out_request_no": "…", "status": 200, "coupon_code": "…"}
//
// `status` is null or missing where no answer was given; of a client's records only those with 200
// count. A POST may have a `verdict`, as `favorhook listen --json` writes it: another than
// "verified" says that the receiver did not take it for one of favorhook, so a stranger may have
// sent it. Other members are ignored. A last line without its end is that of a process that was
// killed while it wrote, and is left out.
// Ownership: values. One thread. Errors: a file that cannot be read, a line that is no such record.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/keys.h"
#include "base/clocks.h"
#include "base/result.h"

namespace favorhook::audit {

struct Place {  // of a record, for a person
  std::size_t file = 0;
  std::size_t line = 0;
};

struct SeenPost {
  Digest nonce;
  Digest id;
  std::optional<int> status;  // what the receiver answered
  WallTime received;
  Place place;
  bool of_stranger = false;  // perhaps: the receiver did not verify it
  bool matched = false;      // with an attempt
};

class PostRecords {
 public:
  // `mchid`: whose receiver wrote the file; empty: all receivers' files are given.
  Result<void> read(const std::string& file, const std::string& mchid);
  // Before find(): in order of nonces. Those seen twice stand together, those of strangers last.
  void sort();
  SeenPost* find(const std::string& nonce);
  std::vector<SeenPost>& all() { return posts_; }

  bool given() const { return !files_.empty(); }
  // True where all that the merchant's receiver saw is among the records.
  bool covers(const std::string& mchid) const { return everyone_ || covered_.contains(mchid); }
  std::string text_of(Place place) const;

 private:
  std::vector<SeenPost> posts_;
  std::vector<std::string> files_;
  std::set<std::string> covered_;
  bool everyone_ = false;
};

struct ToldCoupon {
  Digest request;  // of mchid and out_request_no
  std::optional<Digest> code;
  Place place;
  bool found = false;
};

class AcceptedRecords {
 public:
  Result<void> read(const std::string& file);
  void sort();
  // All records of that request: it may have been repeated.
  std::pair<std::vector<ToldCoupon>::iterator, std::vector<ToldCoupon>::iterator> find(
      const std::string& mchid, const std::string& out_request_no);
  const std::vector<ToldCoupon>& all() const { return told_; }
  bool given() const { return !files_.empty(); }
  std::string text_of(Place place) const;

 private:
  std::vector<ToldCoupon> told_;
  std::vector<std::string> files_;
};

}  // namespace favorhook::audit
