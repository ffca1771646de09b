#include "bench/backlog.h"

#include "base/ids.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::bench {
namespace {

constexpr const char* kSequence = "event";

coupon::Event pending_event(std::int64_t seq, const std::string& receiver, BusinessTime now,
                            Random& random) {
  coupon::Event event;
  event.seq = seq;
  event.id = uuid_v7(now, random);
  event.receiver = receiver;
  event.event_type = "COUPON.SEND";
  event.stock_id = "1000010000000001";
  event.coupon_code = fmt::format("{:022}", seq);
  event.create_time = now;
  event.plaintext = std::string(420, 'x');  // the length of a COUPON.SEND without attach_info
  event.due = now;
  return event;
}

}  // namespace

Result<void> add_pending_events(const std::string& store_file, const std::string& receiver,
                                std::int64_t count) {
  auto store = store::open_sqlite_store({.path = store_file, .durable = false});
  if (!store) return fail(std::move(store.error()));
  crypto::SystemRandom random;
  return add_pending_events(**store, receiver, count, SystemClocks().business(), random);
}

Result<void> add_pending_events(store::Store& store, const std::string& receiver,
                                std::int64_t count, BusinessTime now, Random& random) {
  for (std::int64_t added = 0; added < count;) {
    store::Batch batch;
    batch.state.want<coupon::Sequence>(kSequence);
    if (auto loaded = store.load(batch.state); !loaded) return loaded;
    for (std::size_t i = 0; i < limits::kBatchMax && added < count; ++i, ++added) {
      const std::int64_t seq = batch.state.next(kSequence);
      batch.state.put(pending_event(seq, receiver, now, random));
    }
    if (auto stored = store.commit(batch); !stored) return stored;
  }
  return {};
}

}  // namespace favorhook::bench
