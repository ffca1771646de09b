#include "audit/coupon_checks.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>

#include "base/time_text.h"
#include "coupon/event_kinds.h"

namespace favorhook::audit {
namespace {

std::string_view text_of(const boost::json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  const auto* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

}  // namespace

void CouponChecks::user(const coupon::User& row) {
  users_.add({row.appid, row.openid, std::to_string(row.person)}, row.person);
}

void CouponChecks::stock(const coupon::Stock& row) {
  OfStock stock;
  stock.creator = row.creator_mchid;
  stock.makes_codes = row.coupon_code_mode == coupon::CodeMode::wechatpay;
  stock.number = static_cast<std::int64_t>(stocks_.size());
  stock.max_coupons = row.max_coupons;
  stock.max_per_user = row.max_coupons_per_user;
  stock.max_by_day = row.max_coupons_by_day;
  stocks_.emplace(row.stock_id, std::move(stock));
}

void CouponChecks::stock_count(const coupon::StockCount& row) {
  const auto stock = stocks_.find(row.stock_id);
  if (stock == stocks_.end()) {
    return findings_.fault(Check::stock_counts, "there are counters of stock {}, but no such stock",
                           row.stock_id);
  }
  stock->second.has_row = true;
  stock->second.row = row;
}

void CouponChecks::coupon(const coupon::Coupon& row) {
  findings_.held(Check::coupons);
  const auto found = stocks_.find(row.stock_id);
  if (found == stocks_.end()) {
    return findings_.fault(Check::coupons, "coupon {} is of stock {}, which there is not", row.id,
                           row.stock_id);
  }
  OfStock& stock = found->second;
  if (row.creator_mchid != stock.creator) {
    findings_.fault(Check::coupons, "coupon {} names the creator {}, its stock {}", row.id,
                    row.creator_mchid, stock.creator);
  }
  ++stock.sent;
  const std::int64_t day = day_in_china(row.send_time);
  if (day != stock.day) stock.sent_that_day = 0;
  stock.day = day;
  ++stock.sent_that_day;
  ++by_creator_[row.creator_mchid];
  codes_made_ += stock.makes_codes ? 1 : 0;
  for_users_.push_back({stock.number, row.person});
  coupon_users_.add({row.appid, row.openid, std::to_string(row.person)}, row.id);
  codes_.add({row.stock_id, row.coupon_code}, row.id);
  requests_.add({row.send_merchant, row.out_request_no}, row.id);
  coupons_.add(
      {row.creator_mchid, row.stock_id, row.coupon_code, row.send_merchant, row.out_request_no},
      row.id);
  told(row);
}

void CouponChecks::told(const coupon::Coupon& row) {
  auto [first, last] = accepted_.find(row.send_merchant, row.out_request_no);
  for (; first != last; ++first) {
    first->found = true;
    if (!first->code || *first->code == digest_of({row.coupon_code})) continue;
    findings_.fault(Check::accepted, "{}: the client was told another code than coupon {} has",
                    accepted_.text_of(first->place), row.id);
  }
}

// Rows come by stock and person; for_users_ is brought into the same order.
void CouponChecks::user_count(const coupon::UserCount& row) {
  findings_.held(Check::user_counts);
  if (!counting_users_) std::ranges::sort(for_users_);
  counting_users_ = true;
  const auto stock = stocks_.find(row.stock_id);
  if (stock == stocks_.end()) {
    return findings_.fault(Check::user_counts, "there is a counter of stock {}, but no such stock",
                           row.stock_id);
  }
  const ForUser wanted{stock->second.number, row.person};
  const auto sent = std::ranges::equal_range(for_users_, wanted).size();
  if (static_cast<std::int64_t>(sent) != row.send_num) {
    findings_.fault(Check::user_counts, "person {} has {} coupons of stock {}, the counter says {}",
                    row.person, sent, row.stock_id, row.send_num);
  }
  if (row.send_num > stock->second.max_per_user) {
    findings_.fault(Check::user_counts, "person {} got {} coupons of stock {}, which allows {}",
                    row.person, row.send_num, row.stock_id, stock->second.max_per_user);
  }
  next_for_user_ += sent;
}

// The plaintext is what the receiver reads, so it is what must tell of the coupon.
void CouponChecks::event(const coupon::Event& row, const coupon::EventKind& kind) {
  if (kind.subject == coupon::EventSubject::none) return;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(row.plaintext, error);
  const boost::json::object* text = error ? nullptr : value.if_object();
  if (text == nullptr || text_of(*text, "coupon_code") != row.coupon_code ||
      text_of(*text, "stock_id") != row.stock_id) {
    return findings_.fault(Check::events, "event {} has a plaintext that is not of coupon {}",
                           row.seq, row.coupon_code);
  }
  if (kind.each == coupon::EventsEach::any) {
    return told_.add({row.stock_id, row.coupon_code}, row.seq);
  }
  events_.add({row.receiver, row.stock_id, row.coupon_code, text_of(*text, "send_merchant"),
               text_of(*text, "send_req_no")},
              row.seq);
}

void CouponChecks::check_stock_counts() {
  for (const auto& [id, stock] : stocks_) {
    findings_.held(Check::stock_counts);
    const coupon::StockCount& row = stock.row;
    if (!stock.has_row) {
      findings_.fault(Check::stock_counts, "stock {} has no counters", id);
      continue;
    }
    if (row.total_send_num != stock.sent) {
      findings_.fault(Check::stock_counts, "stock {} has {} coupons, its counter says {}", id,
                      stock.sent, row.total_send_num);
    }
    if (stock.sent > 0 && (row.today != stock.day || row.today_send_num != stock.sent_that_day)) {
      findings_.fault(Check::stock_counts,
                      "stock {} sent {} coupons on its last day, the counter of that day says {}",
                      id, stock.sent_that_day, row.today_send_num);
    }
    const bool too_many_that_day = stock.max_by_day > 0 && row.today_send_num > stock.max_by_day;
    if (row.total_send_num > stock.max_coupons || too_many_that_day) {
      findings_.fault(Check::stock_counts, "stock {} sent more coupons than it has", id);
    }
  }
}

void CouponChecks::finish_user_counts() {
  if (next_for_user_ == for_users_.size()) return;
  findings_.fault(Check::user_counts, "{} coupons are in no user's counter",
                  static_cast<std::int64_t>(for_users_.size() - next_for_user_));
}

void CouponChecks::finish() {
  check_stock_counts();
  finish_user_counts();
  for (Keys* keys : {&users_, &coupon_users_, &codes_, &requests_, &coupons_, &events_, &told_}) {
    keys->sort();
  }
  coupon_users_.each_missing_in(users_, [&](std::int64_t id) {
    findings_.fault(Check::coupons, "coupon {} is of a user that there is not", id);
  });
  codes_.each_twice([&](std::int64_t id, std::int64_t other) {
    findings_.fault(Check::coupons, "coupons {} and {} have the same code", other, id);
  });
  requests_.each_twice([&](std::int64_t id, std::int64_t other) {
    findings_.fault(Check::coupons, "coupons {} and {} are of the same request", other, id);
  });
  coupons_.each_missing_in(events_, [&](std::int64_t id) {
    findings_.fault(Check::events, "coupon {} has no {} event", id, coupon::kCouponSend.event_type);
  });
  const auto no_coupon = [&](std::int64_t seq) {
    findings_.fault(Check::events, "event {} tells of a coupon that there is not", seq);
  };
  events_.each_missing_in(coupons_, no_coupon);
  told_.each_missing_in(codes_, no_coupon);
  events_.each_twice([&](std::int64_t seq, std::int64_t other) {
    findings_.fault(Check::events, "events {} and {} tell of the same coupon", other, seq);
  });
}

}  // namespace favorhook::audit
