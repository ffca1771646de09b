#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/checkers/evidence.h"
#include "sim/platform.h"

namespace favorhook::sim {
namespace {

// Stock and code of each event; a coupon has one event and no more.
std::set<std::pair<std::string, std::string>> events_by_code(const Ledger& ledger, Faults& faults) {
  std::set<std::pair<std::string, std::string>> codes;
  for (const coupon::Event& event : ledger.events) {
    if (!codes.emplace(event.stock_id, event.coupon_code).second) {
      faults.push_back(fmt::format("coupon {} has two events", event.coupon_code));
    }
  }
  return codes;
}

// The last that was written is in force.
std::string key_in_force(const store::DirectoryRows& rows, const std::string& mchid) {
  std::string key;
  for (const store::Apiv3KeyRow& row : rows.of<store::Apiv3KeyRow>()) {
    if (row.mchid == mchid) key = row.key;
  }
  return key;
}

// What a setting is, in the words of its belief.
std::optional<std::string> setting_of(const Ledger& ledger, const std::string& kind,
                                      const std::string& owner) {
  const store::DirectoryRows& rows = ledger.directory;
  if (kind == "platform") {
    const auto& keys = rows.of<store::PlatformKeyRow>();
    const auto key = std::ranges::find(keys, owner, &store::PlatformKeyRow::serial);
    return key == keys.end() ? "" : "made";
  }
  if (kind == "url") {
    const auto url = ledger.urls.find(owner);
    return url == ledger.urls.end() ? "" : url->second;
  }
  if (kind == "key") return key_in_force(rows, owner);
  const auto& merchants = rows.of<store::MerchantRow>();
  const auto merchant = std::ranges::find(merchants, owner, &store::MerchantRow::mchid);
  if (merchant == merchants.end()) return "";
  if (kind == "push") return merchant->event_push ? "on" : "off";
  if (kind == "mode") return merchant->mode;
  if (kind == "gray") return std::to_string(merchant->gray_percent);
  return std::nullopt;
}

// A setting that nobody has heard of being changed is what it was before: nothing, at first.
void check_settings(const Evidence& evidence, Faults& faults) {
  for (const auto& [name, belief] : evidence.history.beliefs) {
    const auto& [kind, owner] = name;
    const auto value = setting_of(evidence.ledger, kind, owner);
    if (!value || !belief.possible(*value)) {
      faults.push_back(fmt::format("the {} of {} is not what was acknowledged", kind, owner));
    }
  }
}

}  // namespace

void check_acknowledged(const Evidence& evidence, Faults& faults) {
  check_settings(evidence, faults);
  const auto events = events_by_code(evidence.ledger, faults);
  for (const Acknowledged& each : evidence.history.acknowledged) {
    const auto coupon = evidence.ledger.coupons.find(each.coupon_code);
    if (coupon == evidence.ledger.coupons.end()) {
      faults.push_back(fmt::format("coupon {} was acknowledged and is lost", each.coupon_code));
      continue;
    }
    if (coupon->second.out_request_no != each.out_request_no) {
      faults.push_back(fmt::format("coupon {} was given to two requests", each.coupon_code));
    }
    if (!events.contains({each.stock_id, each.coupon_code})) {
      faults.push_back(fmt::format("coupon {} has no event", each.coupon_code));
    }
  }
  std::map<std::string, std::int64_t> per_stock;
  std::map<std::string, std::string> creator_of;
  for (const coupon::Event& event : evidence.ledger.events) {
    ++per_stock[event.stock_id];
    creator_of[event.stock_id] = event.receiver;
  }
  for (const auto& [stock_id, sent] : evidence.ledger.sent_counts) {
    if (per_stock[stock_id] != sent) {
      faults.push_back(fmt::format("stock {} counts {} coupons and has {} events", stock_id, sent,
                                   per_stock[stock_id]));
    }
    for (std::size_t i = 0; i < evidence.workload.merchants.size(); ++i) {
      const std::int64_t allowed = evidence.workload.merchants[i].max_coupons;
      if (mchid_of(i) == creator_of[stock_id] && sent > allowed) {
        faults.push_back(fmt::format("stock {} gave {} of {} coupons", stock_id, sent, allowed));
      }
    }
  }
}

}  // namespace favorhook::sim
