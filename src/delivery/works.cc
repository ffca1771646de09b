#include "delivery/works.h"

#include <utility>

#include "base/check.h"
#include "base/probe.h"
#include "delivery/attempt_end.h"

namespace favorhook::delivery {
namespace {

class RecordWork final : public store::Work {
 public:
  RecordWork(AttemptReport report, Ladder ladder, const Flying& flying,
             std::function<void(AttemptReport)> not_recorded)
      : report_(std::move(report)),
        ladder_(ladder),
        flying_(flying),
        not_recorded_(std::move(not_recorded)) {}

  bool want(store::Batch& batch, const coupon::Context&) override {
    const auto known = flying_.find(report_.attempt.event_seq);
    CHECK(known != flying_.end());  // an attempt has one result
    adopt(batch, known->second);
    return false;
  }

  void decide(store::Batch& batch, const coupon::Context& context) override {
    // A copy, since a failed commit asks again.
    store::Attempt& attempt = batch.attempts.emplace_back(report_.attempt);
    batch.state.change<coupon::Event>({attempt.event_seq}, [&](coupon::Event& event) {
      end_attempt(event, attempt, report_.consequence, ladder_, context.now);
    });
  }

  void committed() override {}
  void failed(const Error&) override {
    probe("delivery.result_not_recorded");
    not_recorded_(std::move(report_));
  }
  bool may_wait() const override { return true; }

 private:
  AttemptReport report_;
  Ladder ladder_;
  const Flying& flying_;
  std::function<void(AttemptReport)> not_recorded_;
};

class ResendWork final : public store::Work {
 public:
  ResendWork(std::int64_t event_seq, ResendDone done)
      : event_seq_(event_seq), done_(std::move(done)) {}

  bool want(store::Batch& batch, const coupon::Context&) override {
    return batch.state.want<coupon::Event>(event_seq_);
  }

  void decide(store::Batch& batch, const coupon::Context& context) override {
    const coupon::Event* found = batch.state.find<coupon::Event>(event_seq_);
    event_.reset();
    if (found == nullptr) return;
    event_ = *found;
    if (event_->in_flight) probe("delivery.resend_in_flight");
    restart_ladder(*event_, context.now);
    batch.state.put(*event_);
  }

  void committed() override { done_(std::move(event_)); }
  void failed(const Error& error) override { done_(fail(error)); }

 private:
  std::int64_t event_seq_;
  ResendDone done_;
  std::optional<coupon::Event> event_;
};

}  // namespace

void adopt(store::Batch& batch, const coupon::Event& event) {
  batch.state.hold(event);
}

std::unique_ptr<store::Work> make_record_work(AttemptReport report, Ladder ladder,
                                              const Flying& flying,
                                              std::function<void(AttemptReport)> not_recorded) {
  return std::make_unique<RecordWork>(std::move(report), ladder, flying, std::move(not_recorded));
}

std::unique_ptr<store::Work> make_resend_work(std::int64_t event_seq, ResendDone done) {
  return std::make_unique<ResendWork>(event_seq, std::move(done));
}

}  // namespace favorhook::delivery
