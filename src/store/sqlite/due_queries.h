// What the dispatcher asks of the events: which are due, which were left in flight. All of it is
// answered from the partial index events_due and the small table flights, and INDEXED BY makes sure
// of it: without the index the statement does not even prepare.
#pragma once

#include "store/sqlite/statement.h"
#include "store/store.h"

namespace favorhook::store::sqlite {

class DueQueries {
 public:
  explicit DueQueries(Connection& connection);

  // As the Store's functions of these names.
  Result<std::vector<coupon::Event>> due_events(std::string_view receiver, BusinessTime now,
                                                std::optional<BusinessTime> caught_up_before,
                                                std::size_t limit);
  Result<std::optional<BusinessTime>> next_due(std::string_view receiver);
  Result<std::vector<DueReceiver>> due_receivers();
  Result<std::vector<std::pair<coupon::Event, Attempt>>> open_intents(std::int64_t after_seq,
                                                                      std::size_t limit);

 private:
  Statement due_, not_yet_due_, next_, next_receiver_, flights_, event_;
};

}  // namespace favorhook::store::sqlite
