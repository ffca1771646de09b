// That the descriptions of rows are whole.
#include "store/rows.h"

#include <gtest/gtest.h>

#include <boost/pfr.hpp>

#include "store/table_text.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

// Fails for each member of `row` that is still as a new row has it.
template <class Row>
void expect_every_member_filled(const Row& row, std::string_view what) {
  const Row fresh{};
  std::size_t place = 0;
  boost::pfr::for_each_field(row, [&](const auto& member, auto index) {
    const auto& before = boost::pfr::get<index>(fresh);
    if constexpr (requires { member == before; }) {
      EXPECT_FALSE(member == before) << "member " << place << " of " << what << " has no column";
    } else {
      expect_every_member_filled(member, what);
    }
    ++place;
  });
}

struct ExpectDescribed {
  template <class Row>
  void operator()() const {
    expect_every_member_filled(filled<Row>(1), Row::kTable);
  }
};

TEST(Rows, EveryMemberHasItsColumn) {
  each_type(coupon::BusinessRows{}, ExpectDescribed{});
  each_type(DirectoryRowTypes{}, ExpectDescribed{});
  each_type(TypeList<Attempt, Flight>{}, ExpectDescribed{});
}

TEST(Rows, StatementsAreMadeOfTheDescription) {
  const TableText& coupons = table_of<coupon::Coupon>();
  EXPECT_EQ(where<coupon::Coupon>(), "WHERE id=?1");
  EXPECT_EQ(where<coupon::Coupon::ByCode>(), "WHERE stock_id=?1 AND coupon_code=?2");
  EXPECT_EQ(update_sql(table_of<coupon::StockCount>()),
            "UPDATE stock_counts SET total_send_num=?2,today=?3,today_send_num=?4 "
            "WHERE stock_id=?1");
  EXPECT_EQ(update_sql(table_of<coupon::User>()), "") << "nothing of it changes";
  EXPECT_EQ(upsert_sql(table_of<RelationRow>()),
            "INSERT INTO relations(parent,child) VALUES(?1,?2) ON CONFLICT(parent,child) DO "
            "NOTHING");
  EXPECT_EQ(select_all_sql(table_of<coupon::UserCount>()),
            "SELECT stock_id,person,send_num FROM user_counts ORDER BY stock_id, person");
  EXPECT_EQ(coupons.columns.front().name, "id");
  EXPECT_EQ(table_of<coupon::Event>().view, "events_now");
  EXPECT_EQ(table_of<coupon::Event>().found, std::vector<std::string>{"in_flight"});
}

}  // namespace
}  // namespace favorhook::store
