#include "coupon/state.h"

namespace favorhook::coupon {

std::int64_t State::next(const std::string& sequence) {
  const Sequence* row = sequences.find(sequence);
  const std::int64_t next = (row == nullptr ? 0 : row->last) + 1;
  sequences.put(sequence, Sequence{sequence, next});
  return next;
}

}  // namespace favorhook::coupon
