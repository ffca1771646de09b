#include "coupon/state.h"

namespace favorhook::coupon {

std::int64_t State::next(const std::string& sequence) {
  const Sequence* row = sequences.find(sequence);
  const std::int64_t next = (row == nullptr ? 0 : row->last) + 1;
  sequences.put(sequence, Sequence{sequence, next});
  first_made_.try_emplace(sequence, next);
  return next;
}

bool State::made_here(const std::string& sequence, std::int64_t number) const {
  const auto first = first_made_.find(sequence);
  return first != first_made_.end() && number >= first->second;
}

}  // namespace favorhook::coupon
