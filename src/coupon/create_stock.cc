#include <fmt/format.h>

#include <utility>

#include "apiv3/parameter_refusal.h"
#include "base/limits.h"
#include "base/time_text.h"
#include "coupon/decide_commands.h"

namespace favorhook::coupon {
namespace {

using apiv3::ErrorId;
using apiv3::FieldSource;
using apiv3::Refusal;
using apiv3::refuse;

std::string counter_name(const std::string& mchid) {
  return "stock:" + mchid;
}

// Rules between the two ends of the validity (protocol §3.1). The documents' own sample has a stock
// that begins and ends in the same second, so that is allowed. The wire's texts for these are not
// known.
std::optional<Refusal> times_fault(const Stock& stock) {
  const auto fault = [&stock](std::string message) {
    return apiv3::parameter_refusal(std::move(message), FieldSource::body,
                                    apiv3::text_value(to_rfc3339(stock.available_end_time)));
  };
  if (stock.available_end_time < stock.available_begin_time) {
    return fault("券可用结束时间available_end_time不得早于券可用开始时间available_begin_time");
  }
  if (stock.available_end_time - stock.available_begin_time > limits::kStockValidityMax) {
    return fault("批次有效期（available_begin_time至available_end_time）不得超过1年");
  }
  return std::nullopt;
}

// Protocol §3.0: a direct merchant issues for itself only, a provider or channel also for those it
// acts for.
std::optional<Refusal> belong_merchant_fault(const CreateStock& command,
                                             const Directory& directory) {
  if (directory.find(command.stock.belong_merchant) == nullptr) {
    return Refusal{ErrorId::mch_not_exists};
  }
  if (!directory.may_act_for(command.caller, command.stock.belong_merchant)) {
    return Refusal{ErrorId::belong_merchant_unrelated};
  }
  return std::nullopt;
}

}  // namespace

bool want_rows(const CreateStock& command, State& state, const Context&) {
  const bool more = state.want<Sequence>(counter_name(command.caller));
  return state.want<Stock::ByRequest>(command.caller, command.stock.out_request_no) || more;
}

Decision decide_command(const CreateStock& command, State& state, const Context& context) {
  if (const Stock* made =
          state.find<Stock::ByRequest>(command.caller, command.stock.out_request_no)) {
    if (made->request_digest != command.stock.request_digest) {
      return refuse(ErrorId::stock_already_exists);
    }
    return StockCreated{made->stock_id, made->create_time};
  }
  const Merchant* creator = context.directory.find(command.caller);
  if (creator == nullptr) return refuse(ErrorId::mch_not_exists);
  if (auto fault = belong_merchant_fault(command, context.directory)) return refuse(*fault);
  if (auto fault = times_fault(command.stock)) return refuse(*fault);

  Stock stock = command.stock;
  stock.stock_id =
      fmt::format("{}{:010}", creator->number, state.next(counter_name(command.caller)));
  stock.creator_mchid = command.caller;
  stock.stock_state = StockState::running;
  stock.create_time = context.now;
  state.put(stock);
  state.put(StockCount{.stock_id = stock.stock_id});
  return StockCreated{stock.stock_id, stock.create_time};
}

}  // namespace favorhook::coupon
