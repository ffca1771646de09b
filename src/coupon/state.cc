#include "coupon/state.h"

#include <algorithm>

namespace favorhook::coupon {

bool State::changed() const {
  bool any = false;
  each_type(BusinessRows{}, [&]<class Row>() {
    any = any || std::ranges::any_of(table<Row>().slots(),
                                     [](const auto& slot) { return slot.second.changed; });
  });
  return any;
}

bool State::loaded() const {
  bool all = true;
  each_type(BusinessRows{}, [&]<class Row>() { all = all && table<Row>().loaded(); });
  return all;
}

std::int64_t State::next(const std::string& sequence) {
  const Sequence* row = find<Sequence>(sequence);
  const std::int64_t next = (row == nullptr ? 0 : row->last) + 1;
  put(Sequence{sequence, next});
  first_made_.try_emplace(sequence, next);
  return next;
}

bool State::made_here(const std::string& sequence, std::int64_t number) const {
  const auto first = first_made_.find(sequence);
  return first != first_made_.end() && number >= first->second;
}

}  // namespace favorhook::coupon
