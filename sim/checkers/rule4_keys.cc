#include <fmt/format.h>

#include "sim/checkers/evidence.h"

namespace favorhook::sim {

void check_keys(const Evidence& evidence, Faults& faults) {
  std::map<std::string, std::string> code_of;
  for (const coupon::Event& event : evidence.ledger.events) code_of[event.id] = event.coupon_code;
  for (const SeenPost& post : evidence.history.seen) {
    if (!post.fault.empty()) {
      faults.push_back(fmt::format("a POST to {} was refused: {}", post.receiver, post.fault));
    } else if (code_of[post.event_id] != post.coupon_code) {
      faults.push_back(fmt::format("the notification of event {} tells of coupon {}", post.event_id,
                                   post.coupon_code));
    }
  }
}

}  // namespace favorhook::sim
