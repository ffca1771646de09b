#include "cli/body_text.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace favorhook::cli {
namespace {

using boost::json::array;
using boost::json::object;

TEST(BodyText, WritesTextsAsTheyAre) {
  EXPECT_EQ(*body_text(object{{"name", "券 \U0001F600"}, {"list", array{"é", 1, nullptr}}}),
            R"({"name":"券 )"
            "\U0001F600"
            R"(","list":["é",1,null]})");
}

TEST(BodyText, NamesTheMemberThatIsNotUtf8) {
  for (const char* bytes : {"\xff", "a\xc0\xaf", "\xed\xa0\x80", "\xe5\x88"}) {
    const auto plain = body_text(object{{"kind", "direct"}, {"name", bytes}});
    ASSERT_FALSE(plain) << bytes;
    EXPECT_EQ(plain.error().what, "name is not UTF-8");
    const auto deep = body_text(object{{"users", array{"a", object{{"openid", bytes}}}}});
    ASSERT_FALSE(deep) << bytes;
    EXPECT_EQ(deep.error().what, "openid is not UTF-8");
  }
}

}  // namespace
}  // namespace favorhook::cli
