// A small platform in memory, for this folder's tests and bench: merchants, rows, a clock and a
// seeded random.
//
//   World world;
//   Decision decision = world.run(world.send("no-1"));      // a batch of one
//   auto decisions = world.run_batch({first, second});      // one state for all, as in the queue
//
// It loads what is wanted and commits what was changed. That a refusal changes nothing and that
// only new rows are put as new is CHECKed in each run. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/time_text.h"
#include "coupon/decide.h"

namespace favorhook::coupon {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) {  // splitmix64
      std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      byte = std::uint8_t(z >> 56);
    }
  }

 private:
  std::uint64_t state_;
};

// Refuses the hosts that begin with "public".
class TestUrlPolicy final : public UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> host_refused(std::string_view url) const override {
    if (url.starts_with("https://public")) return "a public host";
    return std::nullopt;
  }
};

inline BusinessTime at(std::string_view text) {
  return business_from_rfc3339(text).value();
}

inline std::size_t count_changes(const State& state) {
  std::size_t changes = 0;
  each_type(BusinessRows{}, [&]<class Row>() {
    for (const auto& [key, slot] : state.table<Row>().slots()) changes += slot.changed ? 1 : 0;
  });
  return changes;
}

// How often anything was put is not recorded, so sequences tell a second change of the same slot.
inline std::vector<std::int64_t> sequence_values(const State& state) {
  std::vector<std::int64_t> values;
  for (const auto& [key, slot] : state.table<Sequence>().slots()) {
    if (slot.row) values.push_back(slot.row->last);
  }
  return values;
}

class World {
 public:
  static constexpr const char* kCreator = "1900000001";   // direct
  static constexpr const char* kStranger = "1900000002";  // direct, related to nobody
  static constexpr const char* kChild = "1900000003";     // direct, child of the provider
  static constexpr const char* kProvider = "1900000010";
  static constexpr const char* kAppid = "wx0000000000000001";        // the creator's, in a group
  static constexpr const char* kNotifyAppid = "wx0000000000000002";  // in the same group
  static constexpr const char* kLonelyAppid = "wx0000000000000003";  // in no group
  static constexpr const char* kGroup = "open-platform-1";

  World() {
    add_merchant(kCreator, "128207");
    add_merchant(kStranger, "128208");
    add_merchant(kChild, "128209");
    add_merchant(kProvider, "128210");
    merchant(kCreator).api_send = merchant(kProvider).api_send = true;
    merchant(kProvider).kind = MerchantKind::provider;
    merchant(kCreator).appids = {kAppid};
    merchant(kProvider).children = {kChild};
    stored.put(Callback{kCreator, "https://localhost/notify", now});
  }

  Merchant& merchant(std::string_view mchid) {
    for (Merchant& each : merchants) {
      if (each.mchid == mchid) return each;
    }
    CHECK(false && "no such merchant");
  }

  // A running stock of the creator's, stored as it is.
  Stock& add_stock(const std::string& stock_id = "1282070000000007") {
    Stock stock;
    stock.stock_id = stock_id;
    stock.creator_mchid = stock.belong_merchant = kCreator;
    stock.out_request_no = "make-" + stock_id;
    stock.available_begin_time = at("2020-04-19T13:29:35+08:00");
    stock.available_end_time = at("2020-05-20T13:29:35+08:00");
    stock.max_coupons = 1000;
    stock.max_coupons_per_user = 10;
    stored.put(stock);
    stored.put(StockCount{.stock_id = stock_id});
    return *stored.table<Stock>().slots().at({stock_id}).row;
  }

  SendCoupon send(const std::string& out_request_no,
                  const std::string& openid = "oUser0000000000000000000000_1") const {
    return {.caller = kCreator,
            .stock_id = "1282070000000007",
            .openid = openid,
            .appid = kAppid,
            .out_request_no = out_request_no,
            .coupon_code = "",
            .request_digest = "digest of " + out_request_no};
  }

  // What the commit queue does with a batch: a command that an earlier one led to rows nobody
  // loaded is decided in the next.
  std::vector<Decision> run_batch(const std::vector<Command>& commands) {
    const Directory directory(merchants, {}, {{kAppid, kGroup}, {kNotifyAppid, kGroup}});
    const Context context{directory, url_policy, random, now, sandbox};
    State state;
    gather(commands, state, context);
    std::vector<Decision> decisions;
    std::vector<std::size_t> crossed;
    for (const Command& command : commands) {
      if (want(command, state, context)) {
        crossed.push_back(decisions.size());
        decisions.push_back(apiv3::refuse(apiv3::ErrorId::system_error));
        continue;
      }
      const std::size_t changes = count_changes(state);
      const auto sequences = sequence_values(state);
      decisions.push_back(decide(command, state, context));
      if (!decisions.back()) {
        CHECK(count_changes(state) == changes);
        CHECK(sequence_values(state) == sequences);
      }
    }
    commit(state);
    for (const std::size_t place : crossed) {
      decisions[place] = run(commands[place]);
      ++crossings;
    }
    return decisions;
  }

  Decision run(const Command& command) { return run_batch({command}).front(); }

  // The refusal of a command, or nothing where it was accepted.
  std::optional<apiv3::ErrorId> refusal(const Command& command) {
    const Decision decision = run(command);
    return decision ? std::nullopt : std::optional(decision.error().id);
  }

  // The code of the coupon that the send gave.
  std::string sent_code(const Command& command) {
    const Decision decision = run(command);
    CHECK(decision.has_value());
    return std::get<CouponSent>(*decision).coupon_code;
  }

  const Event& last_event() const { return *stored.table<Event>().slots().rbegin()->second.row; }

  std::vector<Merchant> merchants;
  TestUrlPolicy url_policy;
  SeededRandom random{1};
  BusinessTime now = at("2020-04-22T12:54:24.500+08:00");
  bool sandbox = true;
  int crossings = 0;  // commands that had to wait for the next batch
  State stored;

 private:
  void add_merchant(const char* mchid, const char* number) {
    Merchant added;
    added.mchid = mchid;
    added.number = number;
    added.event_push = true;
    added.apiv3_key = std::string(32, 'k');
    merchants.push_back(added);
  }

  void gather(const std::vector<Command>& commands, State& state, const Context& context) {
    bool more = true;
    for (int round = 0; more; ++round) {
      CHECK(round < limits::kKeyRoundsMax);
      more = false;
      for (const Command& command : commands) more |= want(command, state, context);
      each_type(BusinessRows{}, [&]<class Row>() { fill(state.table<Row>()); });
    }
  }

  // What the store has, by the key and by each index, as a store looks it up.
  template <class Row>
  void fill(Table<Row>& table) {
    fill_by<Row>(table);
    each_type(IndexesOf<Row>{}, [&]<class By>() { fill_by<By>(table); });
  }
  template <class By>
  void fill_by(Table<RowOf<By>>& table) {
    using Row = RowOf<By>;
    const auto find = [&](const auto& key) {
      Result<std::optional<Row>> found;
      for (const auto& [place, slot] : stored.table<Row>().slots()) {
        if (FinderOf<By>::tie(*slot.row) == key) *found = slot.row;
      }
      return found;
    };
    CHECK(table.template load<By>(find));
  }

  void commit(const State& state) {
    each_type(BusinessRows{}, [&]<class Row>() {
      for (const auto& [key, slot] : state.table<Row>().slots()) {
        if (slot.changed) write(*slot.row, slot.is_new);
      }
    });
  }
  // As the store would refuse it: a new row must be new, a changed one be there, and no two may
  // share a key of an index.
  template <class Row>
  void write(const Row& row, bool is_new) {
    auto& slots = stored.table<Row>().slots();
    const auto same = slots.find(Row::Key::of(row));
    CHECK(is_new == (same == slots.end()));
    for (const auto& [key, slot] : slots) {
      if (Row::Key::same(*slot.row, row)) continue;
      each_type(IndexesOf<Row>{}, [&]<class By>() { CHECK(!By::same(*slot.row, row)); });
    }
    stored.put(row);
  }
};

}  // namespace favorhook::coupon
