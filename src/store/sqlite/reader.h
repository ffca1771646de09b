// A Reader on a connection of its own: it sees what is committed, while the writer writes.
#pragma once

#include <memory>

#include "store/sqlite/scan.h"
#include "store/sqlite/statement.h"
#include "store/store.h"

namespace favorhook::store::sqlite {

class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(std::unique_ptr<Connection> connection);

  Result<std::optional<coupon::Callback>> callback(std::string_view mchid) override;
  Result<std::optional<coupon::Stock>> stock(std::string_view stock_id) override;
  Result<coupon::StockCount> stock_count(std::string_view stock_id) override;
  Result<std::vector<coupon::Event>> events(const EventFilter& filter) override;
  Result<std::optional<coupon::Event>> event(std::string_view id) override;
  Result<std::vector<Attempt>> attempts(std::int64_t event_seq) override;
  Result<std::vector<EventCount>> event_counts() override;
  Result<void> scan(const ScanVisitor& visitor) override {
    return sqlite::scan(*connection_, visitor);
  }
  std::vector<std::string> damage(std::size_t limit) override {
    return sqlite::damage(*connection_, limit);
  }

 private:
  std::unique_ptr<Connection> connection_;
  Statement callback_, stock_, stock_count_, events_, event_, attempts_, counts_;
};

}  // namespace favorhook::store::sqlite
