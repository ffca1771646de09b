#include "store/directory_rows.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace favorhook::store {
namespace {

using coupon::Directory;
using coupon::Merchant;
using coupon::MerchantCertificate;

// A merchant with a change.
template <class Change>
Result<void> edit(Directory& directory, const std::string& mchid, std::string_view for_what,
                  Change change) {
  const Merchant* const merchant = directory.find(mchid);
  if (merchant == nullptr) return fail("{}: there is no merchant {}", for_what, mchid);
  Merchant edited = *merchant;
  change(edited);
  directory.put(std::move(edited));
  return {};
}

Result<void> apply(Directory& directory, const MerchantRow& row) {
  const auto kind = from_text<coupon::MerchantKind>(row.kind);
  const auto mode = from_text<coupon::SigningMode>(row.mode);
  if (!kind) return fail("merchant {}: unknown kind {}", row.mchid, row.kind);
  if (!mode) return fail("merchant {}: unknown signing mode {}", row.mchid, row.mode);
  const Merchant* const known = directory.find(row.mchid);
  Merchant merchant = known == nullptr ? Merchant() : *known;
  merchant.mchid = row.mchid;
  merchant.name = row.name;
  merchant.kind = *kind;
  merchant.number = row.number;
  merchant.mode = *mode;
  merchant.gray_percent = row.gray_percent;
  merchant.event_push = row.event_push;
  merchant.api_send = row.api_send;
  directory.put(std::move(merchant));
  return {};
}

// In the order in which a store gives them: by the beginning of their validity.
void put(std::vector<MerchantCertificate>& all, MerchantCertificate added) {
  const auto order = [](const MerchantCertificate& each) {
    return std::tie(each.certificate.not_before, each.certificate.serial_no);
  };
  std::erase_if(all, [&](const MerchantCertificate& old) {
    return old.certificate.serial_no == added.certificate.serial_no;
  });
  const auto place = std::ranges::upper_bound(all, order(added), {}, order);
  all.insert(place, std::move(added));
}

Result<void> apply(Directory& directory, const MerchantCertificateRow& row) {
  const std::string what = fmt::format("certificate {}", row.serial_no);
  Result<crypto::Certificate> certificate = crypto::Certificate::from_pem(row.pem);
  if (!certificate) return fail("{} of {}: {}", what, row.mchid, certificate.error().what);
  if (certificate->serial_no != row.serial_no) {
    return fail("{} of {}: the PEM's serial number is {}", what, row.mchid, certificate->serial_no);
  }
  return edit(directory, row.mchid, what, [&](Merchant& merchant) {
    put(merchant.certificates, {std::move(*certificate), row.revoked});
  });
}

// In the order written: the last is in force.
Result<void> apply(Directory& directory, const Apiv3KeyRow& row) {
  return edit(directory, row.mchid, "APIv3 key",
              [&](Merchant& merchant) { merchant.apiv3_key = row.key; });
}

Result<void> apply(Directory& directory, const RelationRow& row) {
  if (directory.find(row.child) == nullptr) {
    return fail("relation: there is no merchant {}", row.child);
  }
  return edit(directory, row.parent, "relation",
              [&](Merchant& merchant) { merchant.children.insert(row.child); });
}

Result<void> apply(Directory& directory, const MerchantAppRow& row) {
  return edit(directory, row.mchid, fmt::format("appid {}", row.appid),
              [&](Merchant& merchant) { merchant.appids.insert(row.appid); });
}

Result<void> apply(Directory& directory, const AppRow& row) {
  directory.put_appid_group(row.appid, row.unionid_group);
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

Result<void> apply(Directory& directory, const PlatformKeyRow& row) {
  Result<coupon::PlatformKey> key = platform_key_of(row);
  if (!key) return fail(std::move(key.error()));
  directory.put(std::move(*key));
  return {};
}

// The server's own: no request needs them.
Result<void> apply(Directory&, const SecretRow&) {
  return {};
}

}  // namespace

Result<std::shared_ptr<const Directory>> with_changes(const Directory& before,
                                                      const DirectoryRows& changes) {
  const auto next = std::make_shared<Directory>(before);
  Result<void> done =
      each_type_while<Result<void>>(DirectoryRowTypes{}, [&]<class Row>() -> Result<void> {
        for (const Row& row : changes.of<Row>()) {
          if (Result<void> applied = apply(*next, row); !applied) return applied;
        }
        return {};
      });
  if (!done) return fail(std::move(done.error()));
  return next;
}

Result<std::shared_ptr<const Directory>> make_directory(const DirectoryRows& rows) {
  return with_changes(Directory(), rows);
}

}  // namespace favorhook::store
