#include "coupon/directory.h"

#include <gtest/gtest.h>

#include <thread>

namespace favorhook::coupon {
namespace {

Merchant make_merchant(const char* mchid, MerchantKind kind) {
  Merchant merchant;
  merchant.mchid = mchid;
  merchant.name = std::string("name of ") + mchid;
  merchant.kind = kind;
  return merchant;
}

Directory make_directory() {
  Merchant direct = make_merchant("1900000001", MerchantKind::direct);
  direct.children = {"1900000003"};  // a relation that its kind gives no right to
  Merchant provider = make_merchant("1900000010", MerchantKind::provider);
  provider.children = {"1900000003"};
  Merchant channel = make_merchant("1900000020", MerchantKind::channel);
  channel.children = {"1900000001"};
  Merchant child = make_merchant("1900000003", MerchantKind::direct);
  child.appids = {"wx1"};
  return Directory({direct, provider, channel, child}, {}, {{"wx1", "group"}});
}

TEST(Directory, FindsMerchants) {
  const Directory directory = make_directory();
  ASSERT_NE(directory.find("1900000001"), nullptr);
  EXPECT_EQ(directory.find("1900000001")->name, "name of 1900000001");
  EXPECT_EQ(directory.find("190000000"), nullptr);
  EXPECT_EQ(directory.merchant_count(), 4u);
}

TEST(Directory, OnlyProvidersAndChannelsActForOthers) {
  const Directory directory = make_directory();
  struct Case {
    const char* caller;
    const char* mchid;
    bool may_act;
    bool related;
  };
  for (const Case& c : {
           Case{"1900000001", "1900000001", true, true},
           Case{"1900000010", "1900000003", true, true},
           Case{"1900000003", "1900000010", false, true},
           Case{"1900000001", "1900000003", false, false},
           Case{"1900000020", "1900000001", true, true},
           Case{"1900000020", "1900000003", false, false},
           Case{"1900000010", "1900000001", false, false},
           Case{"1999999999", "1900000001", false, false},
       }) {
    EXPECT_EQ(directory.may_act_for(c.caller, c.mchid), c.may_act) << c.caller << " " << c.mchid;
    EXPECT_EQ(directory.related(c.caller, c.mchid), c.related) << c.caller << " " << c.mchid;
  }
}

TEST(Directory, KnowsAppids) {
  const Directory directory = make_directory();
  EXPECT_TRUE(directory.appid_bound("wx1", "1900000003"));
  EXPECT_FALSE(directory.appid_bound("wx1", "1900000001"));
  EXPECT_FALSE(directory.appid_bound("wx1", "1999999999"));
  EXPECT_EQ(directory.appid_group("wx1"), "group");
  EXPECT_EQ(directory.appid_group("wx2"), "");
}

PlatformKey platform_key(std::string serial, SigningMode mode, int from, int to) {
  return {.serial = std::move(serial),
          .mode = mode,
          .certificate_pem = "",
          .key = crypto::PrivateKey(nullptr),
          .not_before = WallTime(Millis(from)),
          .not_after = WallTime(Millis(to))};
}

TEST(Directory, SignsWithTheNewestKeyThatIsValid) {
  const Directory directory({},
                            {platform_key("old", SigningMode::certificate, 0, 100),
                             platform_key("next", SigningMode::certificate, 50, 200),
                             platform_key("later", SigningMode::certificate, 300, 400),
                             platform_key("PUB_KEY_ID_1", SigningMode::public_key, 0, 1000)},
                            {});
  const auto serial_at = [&](SigningMode mode, int now) {
    return directory.platform_key_for(mode, WallTime(Millis(now)))->serial;
  };
  EXPECT_EQ(serial_at(SigningMode::certificate, 49), "old");
  EXPECT_EQ(serial_at(SigningMode::certificate, 50), "next") << "both are valid";
  EXPECT_EQ(serial_at(SigningMode::certificate, 200), "next");
  EXPECT_EQ(serial_at(SigningMode::certificate, 250), "later") << "none is valid: the newest";
  EXPECT_EQ(serial_at(SigningMode::public_key, 350), "PUB_KEY_ID_1");
  EXPECT_EQ(directory.find_platform_key("next")->not_after, WallTime(Millis(200)));
  EXPECT_EQ(directory.find_platform_key("NEXT"), nullptr);
  EXPECT_EQ(make_directory().platform_key_for(SigningMode::certificate, WallTime()), nullptr);
}

TEST(DirectoryHolder, AReaderSeesWhatWasPublishedAndKeepsWhatItHas) {
  DirectoryHolder holder(std::make_shared<const Directory>(make_directory()));
  DirectoryReader reader(holder);
  const std::shared_ptr<const Directory> first = reader.get();
  EXPECT_EQ(reader.get(), first);

  const auto second = std::make_shared<const Directory>(Directory({}, {}, {}));
  holder.publish(second);
  EXPECT_EQ(reader.get(), second);
  EXPECT_EQ(holder.get(), second);
  EXPECT_NE(first->find("1900000001"), nullptr) << "an old snapshot lives while it is held";
}

TEST(DirectoryHolder, ReadersOnOtherThreadsEndUpWithTheLastSnapshot) {
  DirectoryHolder holder(std::make_shared<const Directory>(Directory({}, {}, {})));
  const auto last = std::make_shared<const Directory>(make_directory());
  const auto read_until_last = [&] {
    DirectoryReader reader(holder);
    while (reader.get() != last) std::this_thread::yield();
  };
  std::jthread first_reader(read_until_last);
  std::jthread second_reader(read_until_last);
  for (int i = 0; i < 100; ++i) {
    holder.publish(std::make_shared<const Directory>(Directory({}, {}, {})));
  }
  holder.publish(last);
}

TEST(Directory, WordsOfKindsAndModes) {
  EXPECT_EQ(to_text(MerchantKind::direct), "direct");
  EXPECT_EQ(to_text(MerchantKind::provider), "provider");
  EXPECT_EQ(to_text(MerchantKind::channel), "channel");
  EXPECT_EQ(to_text(SigningMode::certificate), "certificate");
  EXPECT_EQ(to_text(SigningMode::public_key), "public-key");
  EXPECT_EQ(from_text<MerchantKind>("channel"), MerchantKind::channel);
  EXPECT_EQ(from_text<MerchantKind>("Channel"), std::nullopt);
  EXPECT_EQ(from_text<SigningMode>("public-key"), SigningMode::public_key);
  EXPECT_EQ(from_text<SigningMode>("public_key"), std::nullopt);
}

}  // namespace
}  // namespace favorhook::coupon
