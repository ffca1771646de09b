#include "store/directory_rows.h"

#include <gmock/gmock.h>

#include "crypto/certificates.h"
#include "store/test_rows.h"

namespace favorhook::store {
namespace {

using testing::HasSubstr;

// One key pair and authority for all tests: making them takes time.
struct World {
  WallTime now = wall_at(1'700'000'000'000);
  crypto::PrivateKey key = crypto::PrivateKey::generate_rsa2048();
  crypto::CertificateAuthority authority = crypto::CertificateAuthority::create(now);
  std::string pem = authority.issue_merchant("1900000001", "甲", key.public_key(), now);
  std::string serial = crypto::Certificate::from_pem(pem)->serial_no;
};

const World& world() {
  static const World instance;
  return instance;
}

DirectoryRows sample() {
  DirectoryRows rows;
  rows.of<MerchantRow>() = {{"1900000001", "甲", "direct", "121216", "certificate", true, false},
                            {"1900000002", "乙", "provider", "121217", "public-key", false, true}};
  rows.of<MerchantCertificateRow>() = {{"1900000001", world().serial, world().pem, {}, {}, true}};
  rows.of<Apiv3KeyRow>() = {{"1900000001", std::string(32, 'a'), wall_at(2)},
                            {"1900000001", std::string(32, 'b'), wall_at(1)}};
  rows.of<RelationRow>() = {{"1900000002", "1900000001"}};
  rows.of<MerchantAppRow>() = {{"1900000001", "wx0001"}};
  rows.of<AppRow>() = {{"wx0001", "group"}};
  rows.of<PlatformKeyRow>() = {
      {"PUB_KEY_ID_01", "public-key", "", world().key.to_pem(), wall_at(3), wall_at(4)}};
  return rows;
}

std::string fault_of(const DirectoryRows& rows) {
  const auto made = make_directory(rows);
  return made ? "" : made.error().what;
}

TEST(DirectoryRows, BecomeASnapshot) {
  const auto made = make_directory(sample());
  ASSERT_TRUE(made) << made.error().what;
  const coupon::Directory& directory = **made;
  const coupon::Merchant* first = directory.find("1900000001");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->name, "甲");
  EXPECT_EQ(first->number, "121216");
  EXPECT_EQ(first->kind, coupon::MerchantKind::direct);
  EXPECT_EQ(first->mode, coupon::SigningMode::certificate);
  EXPECT_TRUE(first->event_push);
  EXPECT_FALSE(first->api_send);
  ASSERT_EQ(first->certificates.size(), 1u);
  EXPECT_EQ(first->certificates[0].certificate.serial_no, world().serial);
  EXPECT_TRUE(first->certificates[0].revoked);
  EXPECT_EQ(directory.find("1900000002")->mode, coupon::SigningMode::public_key);
  EXPECT_TRUE(directory.may_act_for("1900000002", "1900000001"));
  EXPECT_FALSE(directory.may_act_for("1900000001", "1900000002"));
  EXPECT_TRUE(directory.appid_bound("wx0001", "1900000001"));
  EXPECT_EQ(directory.appid_group("wx0001"), "group");
  const coupon::PlatformKey* key = directory.find_platform_key("PUB_KEY_ID_01");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->key.to_pem(), world().key.to_pem());
  EXPECT_EQ(key->not_before, wall_at(3));
  EXPECT_EQ(key->not_after, wall_at(4));
}

TEST(DirectoryRows, TheLastApiv3KeyIsInForceAndAnEmptyOneIsNone) {
  DirectoryRows rows = sample();
  EXPECT_EQ((*make_directory(rows))->find("1900000001")->apiv3_key, std::string(32, 'b'));
  rows.of<Apiv3KeyRow>().push_back({"1900000001", "", wall_at(9)});
  EXPECT_EQ((*make_directory(rows))->find("1900000001")->apiv3_key, "");
}

TEST(DirectoryRows, ARowThatCannotBeReadIsNamed) {
  DirectoryRows rows = sample();
  rows.of<MerchantRow>()[0].kind = "other";
  EXPECT_THAT(fault_of(rows), HasSubstr("merchant 1900000001: unknown kind other"));
  rows = sample();
  rows.of<MerchantRow>()[1].mode = "other";
  EXPECT_THAT(fault_of(rows), HasSubstr("merchant 1900000002: unknown signing mode other"));
  rows = sample();
  rows.of<MerchantCertificateRow>()[0].pem = "no PEM";
  EXPECT_THAT(fault_of(rows), HasSubstr(world().serial));
  rows = sample();
  rows.of<MerchantCertificateRow>()[0].serial_no = "00AA";
  EXPECT_THAT(fault_of(rows), HasSubstr("00AA of 1900000001"));
  rows = sample();
  rows.of<PlatformKeyRow>()[0].key_pem = "no PEM";
  EXPECT_THAT(fault_of(rows), HasSubstr("PUB_KEY_ID_01"));
}

TEST(DirectoryRows, ARowOfAMerchantThatIsNotThereIsAFault) {
  const auto fault_with = []<class Row>(TypeList<Row>) {
    DirectoryRows rows;
    rows.of<MerchantRow>() = {sample().of<MerchantRow>()[1]};
    rows.of<Row>() = sample().of<Row>();
    return fault_of(rows);
  };
  EXPECT_THAT(fault_with(TypeList<MerchantCertificateRow>{}), HasSubstr("no merchant 1900000001"));
  EXPECT_THAT(fault_with(TypeList<Apiv3KeyRow>{}), HasSubstr("no merchant 1900000001"));
  EXPECT_THAT(fault_with(TypeList<RelationRow>{}), HasSubstr("no merchant 1900000001"));
  EXPECT_THAT(fault_with(TypeList<MerchantAppRow>{}), HasSubstr("no merchant 1900000001"));
}

TEST(DirectoryRows, ChangesReplaceWhatHasTheirKeyAndAddTheRest) {
  DirectoryRows changes;
  changes.of<MerchantRow>() = {
      {"1900000001", "new", "direct", "121216", "certificate", true, false},
      {"1900000003", "丙", "channel", "121218", "certificate", true, false}};
  changes.of<MerchantCertificateRow>() = {
      {"1900000001", world().serial, world().pem, {}, {}, false}};
  changes.of<Apiv3KeyRow>() = {{"1900000001", std::string(32, 'c'), wall_at(2)}};
  changes.of<RelationRow>() = {{"1900000002", "1900000001"}, {"1900000002", "1900000003"}};
  changes.of<MerchantAppRow>() = {{"1900000001", "wx0002"}};
  changes.of<AppRow>() = {{"wx0001", "other"}};
  const auto before = *make_directory(sample());
  const auto after = *with_changes(*before, changes);
  EXPECT_EQ(after->merchant_count(), 3u);
  const coupon::Merchant& changed = *after->find("1900000001");
  EXPECT_EQ(changed.name, "new");
  ASSERT_EQ(changed.certificates.size(), 1u);
  EXPECT_FALSE(changed.certificates[0].revoked);
  EXPECT_EQ(changed.apiv3_key, std::string(32, 'c'));
  EXPECT_EQ(changed.appids, (std::set<std::string, std::less<>>{"wx0001", "wx0002"}));
  EXPECT_TRUE(after->may_act_for("1900000002", "1900000001"));
  EXPECT_TRUE(after->may_act_for("1900000002", "1900000003"));
  EXPECT_EQ(after->appid_group("wx0001"), "other");
  EXPECT_EQ(after->platform_keys().size(), 1u);
  // Whoever reads the snapshot before still sees what was.
  EXPECT_EQ(before->find("1900000001")->name, "甲");
  EXPECT_EQ(before->find("1900000003"), nullptr);
  EXPECT_EQ(before->appid_group("wx0001"), "group");
}

TEST(DirectoryRows, WhatDoesNotChangeIsShared) {
  DirectoryRows changes;
  changes.of<Apiv3KeyRow>() = {{"1900000001", std::string(32, 'c'), wall_at(2)}};
  const auto before = *make_directory(sample());
  const auto after = *with_changes(*before, changes);
  EXPECT_EQ(after->find("1900000002"), before->find("1900000002"));
  EXPECT_NE(after->find("1900000001"), before->find("1900000001"));
}

TEST(DirectoryRows, AChangeThatCannotBeReadIsAFault) {
  const auto before = *make_directory(sample());
  DirectoryRows changes;
  changes.of<Apiv3KeyRow>() = {{"1900000009", std::string(32, 'c'), wall_at(2)}};
  const auto after = with_changes(*before, changes);
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().what, HasSubstr("no merchant 1900000009"));
}

// Certificates and platform keys come in the same order whether they are read back or added.
TEST(DirectoryRows, AreTheSameAddedOneByOneAsReadAtOnce) {
  DirectoryRows rows = sample();
  auto& keys = rows.of<PlatformKeyRow>();
  keys.push_back({"PUB_KEY_ID_00", "public-key", "", world().key.to_pem(), wall_at(2), wall_at(9)});
  const auto before = *make_directory(sample());
  DirectoryRows added;
  added.add(keys.back());
  const auto after = *with_changes(*before, added);
  ASSERT_EQ(after->platform_keys().size(), 2u);
  EXPECT_EQ(after->platform_keys()[0].serial, "PUB_KEY_ID_00");
  EXPECT_EQ(after->platform_keys()[1].serial, "PUB_KEY_ID_01");
}

}  // namespace
}  // namespace favorhook::store
