#include "coupon/rows.h"

#include <gtest/gtest.h>

namespace favorhook::coupon {
namespace {

// Each word is written and read back; a word of another type, another case or an empty one is none.
template <class Enum>
void expect_words(std::initializer_list<std::pair<Enum, std::string_view>> expected) {
  EXPECT_EQ(words(Enum{}).size(), expected.size());
  for (const auto& [value, text] : expected) {
    EXPECT_EQ(to_text(value), text);
    EXPECT_EQ(from_text<Enum>(text), value) << text;
  }
  for (const char* text : {"", "Normal", "unknown", "RUNNING ", "STOPPED"}) {
    EXPECT_EQ(from_text<Enum>(text), std::nullopt) << text;
  }
}

TEST(Rows, WireWordsAreThoseOfTheDocuments) {
  expect_words<StockType>({{StockType::normal, "NORMAL"},
                           {StockType::discount, "DISCOUNT"},
                           {StockType::exchange, "EXCHANGE"}});
  expect_words<CodeMode>({{CodeMode::wechatpay, "WECHATPAY_MODE"},
                          {CodeMode::merchant_api, "MERCHANT_API"},
                          {CodeMode::merchant_upload, "MERCHANT_UPLOAD"}});
  expect_words<StockState>({{StockState::unaudit, "UNAUDIT"},
                            {StockState::running, "RUNNING"},
                            {StockState::stoped, "STOPED"},
                            {StockState::paused, "PAUSED"}});
  expect_words<CouponState>({{CouponState::sended, "SENDED"},
                             {CouponState::used, "USED"},
                             {CouponState::expired, "EXPIRED"},
                             {CouponState::deleted, "DELETED"},
                             {CouponState::deactivated, "DEACTIVATED"}});
}

TEST(Rows, OwnWordsAreStableSinceTheyAreStoredAndScriptedAgainst) {
  expect_words<EventState>({{EventState::withheld, "withheld"},
                            {EventState::pending, "pending"},
                            {EventState::delivered, "delivered"},
                            {EventState::exhausted, "exhausted"},
                            {EventState::cancelled, "cancelled"}});
  expect_words<WithheldReason>({{WithheldReason::none, "none"},
                                {WithheldReason::no_url, "no_url"},
                                {WithheldReason::no_apiv3_key, "no_apiv3_key"},
                                {WithheldReason::push_off, "push_off"},
                                {WithheldReason::host_refused, "host_refused"}});
}

}  // namespace
}  // namespace favorhook::coupon
