#include "audit/records.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <tuple>

namespace favorhook::audit {
namespace {

using boost::json::object;

std::string place_text(const std::vector<std::string>& files, Place place) {
  return fmt::format("{}:{}", files[place.file], place.line);
}

// Calls take(record, line number) for each line; false from it: the line is no such record.
Result<void> each_record(const std::string& file,
                         const std::function<bool(const object&, std::size_t)>& take) {
  std::ifstream in(file);
  if (!in) return fail("cannot read {}: {}", file, std::strerror(errno));
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (in.eof()) break;  // without its end
    if (line.empty()) continue;
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    const object* record = error ? nullptr : value.if_object();
    if (record == nullptr || !take(*record, number)) {
      return fail("{}:{} is no record of the kind that is expected", file, number);
    }
  }
  if (in.bad()) return fail("cannot read {}: {}", file, std::strerror(errno));
  return {};
}

std::optional<std::string_view> text_of_member(const object& record, std::string_view name) {
  const auto* member = record.if_contains(name);
  const auto* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::nullopt : std::optional(std::string_view(*text));
}

std::optional<std::int64_t> number_of_member(const object& record, std::string_view name) {
  const auto* member = record.if_contains(name);
  const auto* number = member == nullptr ? nullptr : member->if_int64();
  return number == nullptr ? std::nullopt : std::optional(*number);
}

}  // namespace

Result<void> PostRecords::read(const std::string& file, const std::string& mchid) {
  const std::size_t index = files_.size();
  files_.push_back(file);
  everyone_ = everyone_ || mchid.empty();
  if (!mchid.empty()) covered_.insert(mchid);
  return each_record(file, [&](const object& record, std::size_t line) {
    const auto nonce = text_of_member(record, "nonce");
    const auto id = text_of_member(record, "id");
    if (!nonce || !id) return false;
    SeenPost& post = posts_.emplace_back();
    post.nonce = digest_of({*nonce});
    post.id = digest_of({*id});
    if (const auto status = number_of_member(record, "status")) post.status = int(*status);
    const std::int64_t received = number_of_member(record, "received_at").value_or(0);
    post.received = from_unix_millis<WallTime>(received);
    post.of_stranger = text_of_member(record, "verdict").value_or("verified") != "verified";
    post.place = {index, line};
    return true;
  });
}

void PostRecords::sort() {
  std::ranges::sort(posts_, {},
                    [](const SeenPost& post) { return std::tie(post.nonce, post.of_stranger); });
}

SeenPost* PostRecords::find(const std::string& nonce) {
  const Digest wanted = digest_of({nonce});
  const auto found = std::ranges::lower_bound(posts_, wanted, {}, &SeenPost::nonce);
  return found != posts_.end() && found->nonce == wanted ? &*found : nullptr;
}

std::string PostRecords::text_of(Place place) const {
  return place_text(files_, place);
}

Result<void> AcceptedRecords::read(const std::string& file) {
  const std::size_t index = files_.size();
  files_.push_back(file);
  return each_record(file, [&](const object& record, std::size_t line) {
    const auto mchid = text_of_member(record, "mchid");
    const auto request = text_of_member(record, "out_request_no");
    if (!mchid || !request) return false;
    if (number_of_member(record, "status") != 200) return true;
    ToldCoupon& told = told_.emplace_back();
    told.request = digest_of({*mchid, *request});
    if (const auto code = text_of_member(record, "coupon_code")) told.code = digest_of({*code});
    told.place = {index, line};
    return true;
  });
}

void AcceptedRecords::sort() {
  std::ranges::sort(told_, {}, &ToldCoupon::request);
}

std::pair<std::vector<ToldCoupon>::iterator, std::vector<ToldCoupon>::iterator>
AcceptedRecords::find(const std::string& mchid, const std::string& out_request_no) {
  const auto range =
      std::ranges::equal_range(told_, digest_of({mchid, out_request_no}), {}, &ToldCoupon::request);
  return {range.begin(), range.end()};
}

std::string AcceptedRecords::text_of(Place place) const {
  return place_text(files_, place);
}

}  // namespace favorhook::audit
