// What every Store must answer about events: due, in flight, listed, counted.
#include "store/test_home.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using coupon::Event;
using coupon::EventState;
using testing::ValuesIn;

class EventConformance : public StoreConformance {
 protected:
  void put(std::vector<Event> events, std::vector<Attempt> attempts = {}) {
    Batch batch;
    for (const Event& event : events) batch.state.want<coupon::Event>(event.seq);
    load(batch.state);
    for (const Event& event : events) batch.state.put(event);
    batch.attempts = std::move(attempts);
    commit(batch);
  }
  // An attempt of each begins.
  void fly(const std::vector<std::int64_t>& events, std::uint32_t number = 1) {
    Batch batch;
    for (const std::int64_t seq : events) batch.attempts.push_back(sample_intent(seq, number));
    commit(batch);
  }
  std::vector<std::int64_t> due(std::string_view receiver, std::int64_t now,
                                std::optional<std::int64_t> before = {}, std::size_t limit = 100) {
    const auto caught_up = before ? std::optional(at(*before)) : std::nullopt;
    return seqs(*store_->due_events(receiver, at(now), caught_up, limit));
  }
  std::vector<std::int64_t> listed(const EventFilter& filter) {
    return seqs(*reader()->events(filter));
  }
  static std::vector<std::int64_t> seqs(const std::vector<Event>& events) {
    std::vector<std::int64_t> numbers;
    for (const Event& event : events) numbers.push_back(event.seq);
    return numbers;
  }
};

using Seqs = std::vector<std::int64_t>;

INSTANTIATE_TEST_SUITE_P(All, EventConformance, ValuesIn(all_kinds()), kind_name);

Event pending(std::int64_t seq, std::int64_t due, std::optional<std::int64_t> last = {},
              std::string receiver = "A") {
  Event event = sample_event(seq, std::move(receiver));
  event.due = at(due);
  event.last_attempt = last ? std::optional(at(*last)) : std::nullopt;
  return event;
}

Event with_state(Event event, EventState state) {
  event.state = state;
  return event;
}

// As it is read while that intent is open.
Event in_flight(Event event, const Attempt& intent) {
  event.in_flight = true;
  event.attempts = intent.number;
  event.last_attempt = intent.started;
  return event;
}

TEST_P(EventConformance, DueEventsComeByDueTimeThenSeq) {
  put({pending(1, 30), pending(2, 10), pending(3, 20), pending(4, 20), pending(5, 41)});
  EXPECT_EQ(due("A", 40), (Seqs{2, 3, 4, 1}));
  EXPECT_EQ(due("A", 41), (Seqs{2, 3, 4, 1, 5}));  // due at `now` is due
  EXPECT_EQ(due("A", 40, {}, 2), (Seqs{2, 3}));
  EXPECT_EQ(due("A", 9), Seqs{});
}

TEST_P(EventConformance, OnlyPendingEventsOfTheReceiverThatAreNotInFlightAreDue) {
  put({pending(1, 10), pending(2, 10), with_state(pending(3, 10), EventState::withheld),
       with_state(pending(4, 10), EventState::delivered),
       with_state(pending(5, 10), EventState::exhausted),
       with_state(pending(6, 10), EventState::cancelled), pending(7, 10, {}, "B")});
  fly({2});
  EXPECT_EQ(due("A", 100), Seqs{1});
  EXPECT_EQ(due("B", 100), Seqs{7});
  EXPECT_EQ(due("C", 100), Seqs{});
}

TEST_P(EventConformance, ARecoveredReceiverGetsWhatWasLastTriedBefore) {
  put({pending(1, 10, 5), pending(2, 90, 49), pending(3, 80, 50), pending(4, 70, 20),
       pending(5, 95)});
  EXPECT_EQ(due("A", 10, 50), (Seqs{1, 4, 2}));  // not 3: tried since; not 5: never tried, not due
  EXPECT_EQ(due("A", 10, 50, 2), (Seqs{1, 4}));
  EXPECT_EQ(due("A", 10, 50, 1), Seqs{1});
  EXPECT_EQ(due("A", 10), Seqs{1});
}

TEST_P(EventConformance, DueEventsAreWhole) {
  put({sample_event(1)});
  const std::vector<Event> found = *store_->due_events("1900000001", at(99'999), std::nullopt, 1);
  EXPECT_TRUE(same(found, {sample_event(1)}));
}

TEST_P(EventConformance, AnEventLeavesAndReturnsToTheDueOnes) {
  put({pending(1, 10)});
  fly({1});
  EXPECT_EQ(due("A", 100), Seqs{});
  EXPECT_EQ(*store_->next_due("A"), std::nullopt);
  EXPECT_TRUE(store_->due_receivers()->empty());
  put({pending(1, 60)}, {sample_result(1, 1)});
  EXPECT_EQ(due("A", 100), Seqs{1});
  EXPECT_EQ(*store_->next_due("A"), at(60));
  put({with_state(pending(1, 60), EventState::delivered)});
  EXPECT_EQ(due("A", 100), Seqs{});
}

TEST_P(EventConformance, NextDueIsTheEarliest) {
  put({pending(1, 30), pending(2, 20), pending(3, 10), pending(4, 5, {}, "B")});
  fly({3});
  EXPECT_EQ(*store_->next_due("A"), at(20));
  EXPECT_EQ(*store_->next_due("B"), at(5));
  EXPECT_EQ(*store_->next_due("C"), std::nullopt);
}

TEST_P(EventConformance, EachReceiverWithWaitingEventsIsNamedOnce) {
  EXPECT_TRUE(store_->due_receivers()->empty());
  put({pending(1, 30), pending(2, 20), pending(3, 5, {}, "B"), pending(4, 1, {}, "C"),
       pending(5, 7, {}, "B"), with_state(pending(6, 1, {}, "D"), EventState::withheld)});
  fly({4});
  const std::vector<DueReceiver> found = *store_->due_receivers();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].receiver, "A");
  EXPECT_EQ(found[0].due, at(20));
  EXPECT_EQ(found[1].receiver, "B");
  EXPECT_EQ(found[1].due, at(5));
}

TEST_P(EventConformance, OpenIntentsAreWhatACrashLeft) {
  put({pending(1, 10), pending(2, 10), pending(3, 10), pending(4, 10)},
      {sample_result(1, 1), sample_intent(1, 2), sample_result(2, 1), sample_intent(3, 1),
       sample_intent(4, 1)});
  reopen();
  const auto found = *store_->open_intents(0, 2);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(same(found[0].first, in_flight(pending(1, 10), sample_intent(1, 2))));
  EXPECT_TRUE(same(found[0].second, sample_intent(1, 2)));
  EXPECT_EQ(found[1].first.seq, 3);
  const auto rest = *store_->open_intents(3, 2);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].first.seq, 4);
  EXPECT_TRUE(store_->open_intents(4, 2)->empty());
}

TEST_P(EventConformance, AnIntentPutsItsEventInFlightForEveryReader) {
  put({sample_event(1), sample_event(2)});
  fly({1}, 4);
  const Event expected = in_flight(sample_event(1), sample_intent(1, 4));
  coupon::State state;
  state.want<coupon::Event>(1);
  state.want<coupon::Event>(2);
  load(state);
  EXPECT_TRUE(same(*state.find<coupon::Event>(1), expected));
  EXPECT_TRUE(same(*state.find<coupon::Event>(2), sample_event(2)));
  EXPECT_TRUE(same(**reader()->event(sample_event(1).id), expected));
  EXPECT_TRUE(same(*reader()->events({}), {sample_event(2), expected}));
}

// A resend while an attempt is under way.
TEST_P(EventConformance, AnEventThatIsWrittenInFlightStaysInFlight) {
  put({pending(1, 10)});
  fly({1});
  put({in_flight(pending(1, 99), sample_intent(1, 1))});
  EXPECT_EQ(due("A", 100), Seqs{});
  EXPECT_EQ(store_->open_intents(0, 9)->size(), 1u);
  put({pending(1, 99)}, {sample_result(1, 1)});
  EXPECT_EQ(due("A", 100), Seqs{1});
  EXPECT_TRUE(store_->open_intents(0, 9)->empty());
}

TEST_P(EventConformance, AnEventHasOneOpenIntentAtATime) {
  put({pending(1, 10)});
  fly({1});
  Batch second;
  second.attempts = {sample_intent(1, 2)};
  EXPECT_FALSE(store_->commit(second));
  Batch after_the_first;
  after_the_first.attempts = {sample_result(1, 1), sample_intent(1, 2)};
  commit(after_the_first);
  EXPECT_EQ(reader()->attempts(1)->size(), 2u);
}

TEST_P(EventConformance, ListsEventsNewestFirst) {
  put({pending(1, 1), pending(2, 1, {}, "B"), with_state(pending(3, 1), EventState::delivered),
       pending(4, 1), with_state(pending(5, 1, {}, "B"), EventState::delivered)});
  EXPECT_EQ(listed({}), (Seqs{5, 4, 3, 2, 1}));
  EXPECT_EQ(listed({.receiver = "A"}), (Seqs{4, 3, 1}));
  EXPECT_EQ(listed({.state = EventState::delivered}), (Seqs{5, 3}));
  EXPECT_EQ(listed({.receiver = "B", .state = EventState::pending}), Seqs{2});
  EXPECT_EQ(listed({.before_seq = 4, .limit = 2}), (Seqs{3, 2}));
}

TEST_P(EventConformance, CountsEventsByReceiverAndState) {
  put({pending(1, 1), pending(2, 1), with_state(pending(3, 1), EventState::delivered),
       pending(4, 1, {}, "B")});
  std::map<std::pair<std::string, EventState>, std::int64_t> counts;
  const auto rows = *reader()->event_counts();
  for (const EventCount& count : rows) {
    counts[{count.receiver, count.state}] = count.count;
  }
  EXPECT_EQ(counts, (std::map<std::pair<std::string, EventState>, std::int64_t>{
                        {{"A", EventState::pending}, 2},
                        {{"A", EventState::delivered}, 1},
                        {{"B", EventState::pending}, 1}}));
}

TEST_P(EventConformance, AReaderFindsRowsByTheirNames) {
  Batch batch;
  batch.state.put(sample_callback("A"));
  batch.state.put(sample_stock("1212160000000001", "r"));
  batch.state.put(coupon::StockCount{"1212160000000001", 5, 18'000, 2});
  batch.state.put(sample_event(1));
  commit(batch);
  const std::unique_ptr<Reader> look = reader();
  EXPECT_TRUE(same(**look->callback("A"), sample_callback("A")));
  EXPECT_FALSE(look->callback("B")->has_value());
  EXPECT_TRUE(same(**look->stock("1212160000000001"), sample_stock("1212160000000001", "r")));
  EXPECT_FALSE(look->stock("1212160000000002")->has_value());
  EXPECT_EQ(look->stock_count("1212160000000001")->total_send_num, 5);
  EXPECT_EQ(look->stock_count("1212160000000002")->total_send_num, 0);
  EXPECT_EQ(look->stock_count("1212160000000002")->stock_id, "1212160000000002");
  EXPECT_TRUE(same(**look->event(sample_event(1).id), sample_event(1)));
  EXPECT_FALSE(look->event("no such id")->has_value());
}

TEST_P(EventConformance, AReaderSeesEachCommitAtOnce) {
  const std::unique_ptr<Reader> look = reader();
  EXPECT_TRUE(look->events({})->empty());
  put({pending(1, 1)});
  EXPECT_EQ(look->events({})->size(), 1u);
  put({pending(2, 1)});
  EXPECT_EQ(look->events({})->size(), 2u);
}

}  // namespace
}  // namespace favorhook::store
