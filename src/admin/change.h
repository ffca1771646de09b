// A change of the directory on its way through the commit queue: checked and made on the writer's
// thread, answered on the service's executor once it is durable. Private to admin/.
//
//   submit_change(std::move(call), {}, change, answer);
//
// Errors: what `change` refuses is the answer and nothing is stored; a full queue is 503.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "admin/call.h"

namespace favorhook::admin {

// Adds rows to the batch, or gives the answer that refuses. May be called again after a commit that
// failed, so it keeps its input.
using Change = std::function<std::optional<HttpAnswer>(store::Batch&, const coupon::Context&)>;
// The answer to a change that is durable, made when the directory already shows it.
using Answer = std::function<HttpAnswer(const ServiceDeps&)>;

void submit_change(Call call, std::vector<std::string> sequences, Change change, Answer answer);

inline HttpAnswer queue_full_answer() {
  return error_answer(503, "the server has too much to do; ask again");
}

// The merchant as the batch has it so far.
std::optional<store::MerchantRow> find_merchant(const store::Batch& batch,
                                                const coupon::Context& context,
                                                const std::string& mchid);

}  // namespace favorhook::admin
