#include "base/time_text.h"

#include <gtest/gtest.h>

namespace favorhook {
namespace {

TEST(TimeText, WritesBothPrecisionsInChinaTime) {
  EXPECT_EQ(rfc3339_from_millis(1558330175120, Precision::seconds), "2019-05-20T13:29:35+08:00");
  EXPECT_EQ(rfc3339_from_millis(1558330175120, Precision::millis), "2019-05-20T13:29:35.120+08:00");
}

TEST(TimeText, ReadsEveryFormThatTheDocumentsAccept) {
  EXPECT_EQ(millis_from_rfc3339("2019-05-20T13:29:35+08:00"), 1558330175000);
  EXPECT_EQ(millis_from_rfc3339("2019-05-20T13:29:35.120+08:00"), 1558330175120);
  EXPECT_EQ(millis_from_rfc3339("2019-05-20T05:29:35Z"), 1558330175000);
  EXPECT_EQ(millis_from_rfc3339("2019-05-20T05:29:35.120Z"), 1558330175120);
}

TEST(TimeText, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "2019-05-20", "2019-02-30T00:00:00Z", "2019-05-20T24:00:00Z", "2019-05-20T13:29:35",
        "2019-05-20T13:29:35+0800", "2019-05-20 13:29:35Z", "2019-05-20T13:29:35:120+08:00",
        "2019-05-20T13:29:35Zx", "+019-05-20T13:29:35Z"}) {
    EXPECT_FALSE(millis_from_rfc3339(text)) << text;
  }
}

TEST(TimeText, ADayBeginsAtMidnightInChina) {
  const auto before = *business_from_rfc3339("2020-04-21T23:59:59+08:00");
  const auto after = *business_from_rfc3339("2020-04-22T00:00:00+08:00");
  EXPECT_EQ(day_in_china(before) + 1, day_in_china(after));
  EXPECT_EQ(start_of_day_in_china(day_in_china(after)), after);
}

}  // namespace
}  // namespace favorhook
