#include "admin/change.h"

#include <algorithm>
#include <ranges>

namespace favorhook::admin {
namespace {

class ChangeWork final : public store::Work {
 public:
  ChangeWork(Call call, std::vector<std::string> sequences, Change change, Answer answer)
      : call_(std::move(call)),
        sequences_(std::move(sequences)),
        change_(std::move(change)),
        answer_(std::move(answer)) {}

  bool want(store::Batch& batch, const coupon::Context&) override {
    bool more = false;
    for (const std::string& name : sequences_) more |= batch.state.want<coupon::Sequence>(name);
    return more;
  }
  void decide(store::Batch& batch, const coupon::Context& context) override {
    refusal_ = change_(batch, context);
  }
  void committed() override {
    answer_later([refusal = std::move(refusal_), answer = std::move(answer_)](
                     const ServiceDeps& deps) { return refusal ? *refusal : answer(deps); });
  }
  void failed(const Error& error) override {
    answer_later([why = error.what](const ServiceDeps&) { return error_answer(503, why); });
  }

  Respond take_respond() { return std::move(call_.respond); }

 private:
  void answer_later(Answer answer) {
    Executor& executor = call_.deps->executor;
    executor.post([deps = call_.deps, respond = std::move(call_.respond),
                   answer = std::move(answer)]() mutable { respond(answer(*deps)); });
  }

  Call call_;
  std::vector<std::string> sequences_;
  Change change_;
  Answer answer_;
  std::optional<HttpAnswer> refusal_;
};

}  // namespace

void submit_change(Call call, std::vector<std::string> sequences, Change change, Answer answer) {
  store::CommitQueue& queue = call.deps->queue;
  auto made = std::make_unique<ChangeWork>(std::move(call), std::move(sequences), std::move(change),
                                           std::move(answer));
  ChangeWork& change_work = *made;
  std::unique_ptr<store::Work> work = std::move(made);
  if (!queue.submit(work)) change_work.take_respond()(queue_full_answer());
}

std::optional<store::MerchantRow> find_merchant(const store::Batch& batch,
                                                const coupon::Context& context,
                                                const std::string& mchid) {
  for (const store::MerchantRow& row :
       batch.directory.of<store::MerchantRow>() | std::views::reverse) {
    if (row.mchid == mchid) return row;
  }
  const coupon::Merchant* merchant = context.directory.find(mchid);
  if (merchant == nullptr) return std::nullopt;
  return store::MerchantRow{merchant->mchid,
                            merchant->name,
                            std::string(to_text(merchant->kind)),
                            merchant->number,
                            std::string(to_text(merchant->mode)),
                            merchant->event_push,
                            merchant->api_send,
                            merchant->gray_percent};
}

}  // namespace favorhook::admin
