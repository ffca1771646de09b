#include "sim/operator.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/check.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;
using coupon::SigningMode;
using coupon::WithheldReason;

constexpr Millis kPatience = 3s;
constexpr Millis kBetweenTries = 500ms;
constexpr const char* kOn = "on";
constexpr const char* kOff = "off";

// Adds rows to a batch, and may be called again.
using Rows = std::function<void(store::Batch&, const coupon::Context&)>;

// Rows of the directory on their way through the commit queue.
class DirectoryWork final : public store::Work {
 public:
  DirectoryWork(Rows rows, std::function<void(bool)> done)
      : rows_(std::move(rows)), done_(std::move(done)) {}
  bool want(store::Batch&, const coupon::Context&) override { return false; }
  void decide(store::Batch& batch, const coupon::Context& context) override {
    rows_(batch, context);
  }
  void committed() override { done_(true); }
  void failed(const Error&) override { done_(false); }

 private:
  Rows rows_;
  std::function<void(bool)> done_;
};

void append(store::Batch& to, const store::Batch& from) {
  each_type(store::DirectoryRowTypes{}, [&]<class Row>() {
    for (const Row& row : from.directory.of<Row>()) to.directory.add(row);
  });
}

// The merchant's row as it is, with a change. Nobody else changes the merchant meanwhile.
template <class Edit>
Rows edited(std::string mchid, Edit edit) {
  return [mchid = std::move(mchid), edit = std::move(edit)](store::Batch& batch,
                                                            const coupon::Context& context) {
    const coupon::Merchant* merchant = context.directory.find(mchid);
    CHECK(merchant != nullptr);
    store::MerchantRow row = Platform::merchant_rows(mchid, Setup::complete, {})
                                 .directory.of<store::MerchantRow>()
                                 .front();
    row.mode = to_text(merchant->mode);
    row.event_push = merchant->event_push;
    row.gray_percent = merchant->gray_percent;
    edit(row);
    batch.directory.add(std::move(row));
  };
}

}  // namespace

struct Operator::Change {
  std::string busy_with;
  // Kind and owner of each setting, and what it becomes.
  std::vector<std::pair<std::pair<std::string, std::string>, std::string>> settings;
  Rows rows;
  std::function<void()> done;
  bool finished = false;
};

Operator::Operator(const Workload& workload, Platform& platform, SimExecutor& executor,
                   const SimClocks& clocks, SimRandom& random, History& history, Submit submit)
    : workload_(workload),
      platform_(platform),
      executor_(executor),
      clocks_(clocks),
      random_(random),
      history_(history),
      submit_(std::move(submit)) {}

void Operator::add_merchant(std::size_t merchant, std::function<void()> done) {
  const std::string mchid = mchid_of(merchant);
  const Setup setup = workload_.merchants[merchant].setup;
  const WallTime now = clocks_.wall();
  begin({mchid,
         {{{"mode", mchid}, "certificate"},
          {{"gray", mchid}, "0"},
          {{"push", mchid}, setup == Setup::push_off ? kOff : kOn},
          {{"key", mchid}, setup == Setup::no_apiv3_key ? "" : apiv3_key_of(mchid, 0)}},
         [mchid, setup, now](store::Batch& batch, const coupon::Context&) {
           append(batch, Platform::merchant_rows(mchid, setup, now));
         },
         std::move(done)});
}

void Operator::change_keys() {
  const std::uint64_t what = random_.below(5);
  const std::string mchid = random_complete_merchant();
  if (what == 0) return make_platform_key();
  if (mchid.empty()) return;
  if (what == 1) return change_mode(mchid);
  if (what == 2) return change_gray(mchid);
  rotate_apiv3_key(mchid);
}

void Operator::change_switches() {
  const std::string mchid = random_complete_merchant();
  const bool push = random_.one_in(2);
  const Millis pause = random_.between(0s, 90s);
  if (mchid.empty() || busy(mchid)) return;
  if (push) {
    history_.reasons[mchid].insert(WithheldReason::push_off);
    return set_push(mchid, false, [this, mchid, pause] {
      executor_.after(pause, [this, mchid] { set_push(mchid, true, [] {}); });
    });
  }
  history_.reasons[mchid].insert(WithheldReason::no_apiv3_key);
  set_apiv3_key(mchid, "", [this, mchid, pause] {
    executor_.after(pause, [this, mchid] {
      set_apiv3_key(mchid, apiv3_key_of(mchid, ++key_versions_), [] {});
    });
  });
}

void Operator::rotate_apiv3_key(const std::string& mchid) {
  if (busy(mchid) || history_.beliefs[{"key", mchid}].current().empty()) return;
  set_apiv3_key(mchid, apiv3_key_of(mchid, ++key_versions_), [] {});
}

void Operator::change_mode(const std::string& mchid) {
  if (busy(mchid)) return;
  const bool certified = history_.beliefs[{"mode", mchid}].current() == "certificate";
  const std::string mode(to_text(certified ? SigningMode::public_key : SigningMode::certificate));
  begin({mchid,
         {{{"mode", mchid}, mode}},
         edited(mchid, [mode](store::MerchantRow& row) { row.mode = mode; }),
         [] {}});
}

void Operator::change_gray(const std::string& mchid) {
  const int percent = kGrayPercents[random_.below(kGrayPercents.size())];
  if (busy(mchid)) return;
  begin({mchid,
         {{{"gray", mchid}, std::to_string(percent)}},
         edited(mchid, [percent](store::MerchantRow& row) { row.gray_percent = percent; }),
         [] {}});
}

void Operator::make_platform_key() {
  const auto mode = random_.one_in(2) ? SigningMode::certificate : SigningMode::public_key;
  if (busy("platform")) return;
  const auto key = platform_.make_key(mode);
  if (!key) return;
  begin({"platform",
         {{{"platform", key->serial}, "made"}},
         [row = Platform::row_of(*key)](store::Batch& batch, const coupon::Context&) {
           batch.directory.add(row);
         },
         [] {}});
}

void Operator::set_push(const std::string& mchid, bool on, std::function<void()> done) {
  if (busy(mchid)) {  // a later time will do
    executor_.after(kPatience, [=, this] { set_push(mchid, on, done); });
    return;
  }
  begin({mchid,
         {{{"push", mchid}, on ? kOn : kOff}},
         edited(mchid, [on](store::MerchantRow& row) { row.event_push = on; }),
         std::move(done)});
}

void Operator::set_apiv3_key(const std::string& mchid, std::string key,
                             std::function<void()> done) {
  if (busy(mchid)) {
    executor_.after(kPatience, [=, this] { set_apiv3_key(mchid, key, done); });
    return;
  }
  const WallTime now = clocks_.wall();
  begin({mchid,
         {{{"key", mchid}, key}},
         [mchid, key, now](store::Batch& batch, const coupon::Context&) {
           batch.directory.add(store::Apiv3KeyRow{.mchid = mchid, .key = key, .valid_from = now});
         },
         std::move(done)});
}

void Operator::begin(Change change) {
  busy_.insert(change.busy_with);
  for (const auto& [setting, value] : change.settings) history_.beliefs[setting].submit(value);
  ask(std::make_shared<Change>(std::move(change)));
}

void Operator::ask(const std::shared_ptr<Change>& change) {
  if (change->finished) return;
  const auto done = [this, change](bool durable) {
    if (!durable || change->finished) return;
    change->finished = true;
    busy_.erase(change->busy_with);
    for (const auto& [setting, value] : change->settings) {
      history_.beliefs[setting].acknowledge(value, clocks_.elapsed());
    }
    change->done();
  };
  const bool reached = submit_(std::make_unique<DirectoryWork>(change->rows, done));
  executor_.after(reached ? kPatience : kBetweenTries, [this, change] { ask(change); });
}

// One whose notifications depend on nothing else than what is changed here.
std::string Operator::random_complete_merchant() {
  const std::size_t merchant = random_.below(workload_.merchants.size());
  const std::string mchid = mchid_of(merchant);
  const bool complete = workload_.merchants[merchant].setup == Setup::complete;
  return complete && history_.beliefs.contains({"url", mchid}) ? mchid : std::string();
}

}  // namespace favorhook::sim
