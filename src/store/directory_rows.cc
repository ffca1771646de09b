#include "store/directory_rows.h"

#include <algorithm>
#include <map>
#include <utility>

namespace favorhook::store {
namespace {

using Merchants = std::map<std::string, coupon::Merchant, std::less<>>;

Result<Merchants> merchants_of(const std::vector<MerchantRow>& rows) {
  Merchants merchants;
  for (const MerchantRow& row : rows) {
    const auto kind = from_text<coupon::MerchantKind>(row.kind);
    const auto mode = from_text<coupon::SigningMode>(row.mode);
    if (!kind) return fail("merchant {}: unknown kind {}", row.mchid, row.kind);
    if (!mode) return fail("merchant {}: unknown signing mode {}", row.mchid, row.mode);
    coupon::Merchant& merchant = merchants[row.mchid];
    merchant.mchid = row.mchid;
    merchant.name = row.name;
    merchant.kind = *kind;
    merchant.number = row.number;
    merchant.mode = *mode;
    merchant.gray_percent = row.gray_percent;
    merchant.event_push = row.event_push;
    merchant.api_send = row.api_send;
  }
  return merchants;
}

Result<coupon::Merchant*> find(Merchants& merchants, const std::string& mchid,
                               std::string_view for_what) {
  const auto found = merchants.find(mchid);
  if (found == merchants.end()) return fail("{}: there is no merchant {}", for_what, mchid);
  return &found->second;
}

Result<void> add_certificate(Merchants& merchants, const MerchantCertificateRow& row) {
  const std::string what = fmt::format("certificate {}", row.serial_no);
  const Result<coupon::Merchant*> merchant = find(merchants, row.mchid, what);
  if (!merchant) return fail(merchant.error());
  Result<crypto::Certificate> certificate = crypto::Certificate::from_pem(row.pem);
  if (!certificate) return fail("{} of {}: {}", what, row.mchid, certificate.error().what);
  if (certificate->serial_no != row.serial_no) {
    return fail("{} of {}: the PEM's serial number is {}", what, row.mchid, certificate->serial_no);
  }
  (*merchant)->certificates.push_back({std::move(*certificate), row.revoked});
  return {};
}

Result<void> add_details(Merchants& merchants, const DirectoryRows& rows) {
  for (const MerchantCertificateRow& row : rows.of<MerchantCertificateRow>()) {
    if (Result<void> done = add_certificate(merchants, row); !done) return done;
  }
  for (const Apiv3KeyRow& row : rows.of<Apiv3KeyRow>()) {
    const auto merchant = find(merchants, row.mchid, "APIv3 key");
    if (!merchant) return fail(merchant.error());
    (*merchant)->apiv3_key = row.key;  // in the order written: the last is in force
  }
  for (const RelationRow& row : rows.of<RelationRow>()) {
    const auto parent = find(merchants, row.parent, "relation");
    if (!parent) return fail(parent.error());
    if (const auto child = find(merchants, row.child, "relation"); !child)
      return fail(child.error());
    (*parent)->children.insert(row.child);
  }
  for (const MerchantAppRow& row : rows.of<MerchantAppRow>()) {
    const auto merchant = find(merchants, row.mchid, fmt::format("appid {}", row.appid));
    if (!merchant) return fail(merchant.error());
    (*merchant)->appids.insert(row.appid);
  }
  return {};
}

Result<coupon::PlatformKey> platform_key_of(const PlatformKeyRow& row) {
  const auto mode = from_text<coupon::SigningMode>(row.mode);
  if (!mode) return fail("platform key {}: unknown signing mode {}", row.serial, row.mode);
  Result<crypto::PrivateKey> key = crypto::PrivateKey::from_pem(row.key_pem);
  if (!key) return fail("platform key {}: {}", row.serial, key.error().what);
  return coupon::PlatformKey{row.serial,      *mode,          row.certificate_pem,
                             std::move(*key), row.not_before, row.not_after};
}

// Puts each row in the place of the one with its key, else at the end.
template <class Row>
void merge(std::vector<Row>& rows, const std::vector<Row>& changes) {
  for (const Row& change : changes) {
    const auto same =
        std::ranges::find_if(rows, [&](const Row& row) { return Row::Key::same(row, change); });
    if constexpr (requires { Row::kAppended; }) {
      if (same != rows.end()) rows.erase(same);
      rows.push_back(change);
    } else {
      same == rows.end() ? rows.push_back(change) : void(*same = change);
    }
  }
}

}  // namespace

DirectoryRows with_changes(DirectoryRows rows, const DirectoryRows& changes) {
  each_type(DirectoryRowTypes{}, [&]<class Row>() { merge(rows.of<Row>(), changes.of<Row>()); });
  return rows;
}

Result<std::shared_ptr<const coupon::Directory>> make_directory(const DirectoryRows& rows) {
  Result<Merchants> merchants = merchants_of(rows.of<MerchantRow>());
  if (!merchants) return fail(std::move(merchants.error()));
  if (Result<void> done = add_details(*merchants, rows); !done)
    return fail(std::move(done.error()));

  std::vector<coupon::Merchant> list;
  for (auto& [mchid, merchant] : *merchants) list.push_back(std::move(merchant));
  std::vector<coupon::PlatformKey> keys;
  for (const PlatformKeyRow& row : rows.of<PlatformKeyRow>()) {
    Result<coupon::PlatformKey> key = platform_key_of(row);
    if (!key) return fail(std::move(key.error()));
    keys.push_back(std::move(*key));
  }
  std::map<std::string, std::string, std::less<>> groups;
  for (const AppRow& row : rows.of<AppRow>()) groups[row.appid] = row.unionid_group;
  return std::make_shared<const coupon::Directory>(std::move(list), std::move(keys),
                                                   std::move(groups));
}

}  // namespace favorhook::store
