#include "store/sqlite/directory_tables.h"

#include "store/sqlite/sealing.h"

namespace favorhook::store::sqlite {
namespace {

template <class Row>
std::string all_by(std::string_view order) {
  return select_sql(table_of<Row>(), fmt::format("ORDER BY {}", order));
}

template <class Row>
std::string upsert() {
  return upsert_sql(table_of<Row>());
}

template <class Row>
Result<void> read_into(std::vector<Row>& rows, Statement& statement) {
  Result<std::vector<Row>> read = statement.all<Row>();
  if (!read) return fail(std::move(read.error()));
  rows = std::move(*read);
  return {};
}

template <class Row>
Result<void> write_each(const std::vector<Row>& rows, Statement& statement) {
  for (const Row& row : rows) {
    if (Result<void> done = statement.run_row(row); !done) return done;
  }
  return {};
}

}  // namespace

template <class Row>
Result<void> DirectoryTables::read_sealed(std::vector<Row>& rows, Statement& statement) {
  if (Result<void> done = read_into(rows, statement); !done) return done;
  for (Row& row : rows) {
    if (!vault_) return fail("{} cannot be read without a master key", place_of(row));
    Result<std::string> opened = vault_->open(place_of(row), secret_of(row));
    if (!opened) return fail(std::move(opened.error()));
    secret_of(row) = std::move(*opened);
  }
  return {};
}

template <class Row>
Result<void> DirectoryTables::write_sealed(const std::vector<Row>& rows, Statement& statement) {
  for (Row row : rows) {
    if (!vault_) return fail("{} cannot be kept without a master key", place_of(row));
    std::string sealed = vault_->seal(place_of(row), secret_of(row));
    crypto::wipe(secret_of(row));
    secret_of(row) = std::move(sealed);
    if (Result<void> done = statement.run_row(row); !done) return done;
  }
  return {};
}

DirectoryTables::DirectoryTables(Connection& c, std::shared_ptr<const crypto::Vault> vault)
    : vault_(std::move(vault)),
      all_merchants_(c, all_by<MerchantRow>("mchid")),
      all_certificates_(c, all_by<MerchantCertificateRow>("mchid, not_before, serial_no")),
      all_apiv3_keys_(c, all_by<Apiv3KeyRow>("id")),
      all_relations_(c, all_by<RelationRow>("parent, child")),
      all_merchant_apps_(c, all_by<MerchantAppRow>("mchid, appid")),
      all_apps_(c, all_by<AppRow>("appid")),
      all_platform_keys_(c, all_by<PlatformKeyRow>("not_before, serial")),
      all_secrets_(c, all_by<SecretRow>("name")),
      merchant_(c, upsert<MerchantRow>()),
      certificate_(c, upsert<MerchantCertificateRow>()),
      // A replaced key gets a new id, so that it is the newest.
      apiv3_key_(c, replace_sql(table_of<Apiv3KeyRow>())),
      relation_(c, upsert<RelationRow>()),
      merchant_app_(c, upsert<MerchantAppRow>()),
      app_(c, upsert<AppRow>()),
      platform_key_(c, upsert<PlatformKeyRow>()),
      secret_(c, upsert<SecretRow>()) {}

Result<DirectoryRows> DirectoryTables::read() {
  DirectoryRows rows;
  Result<void> done = read_into(rows.merchants, all_merchants_);
  if (done) done = read_into(rows.certificates, all_certificates_);
  if (done) done = read_sealed(rows.apiv3_keys, all_apiv3_keys_);
  if (done) done = read_into(rows.relations, all_relations_);
  if (done) done = read_into(rows.merchant_apps, all_merchant_apps_);
  if (done) done = read_into(rows.apps, all_apps_);
  if (done) done = read_sealed(rows.platform_keys, all_platform_keys_);
  if (done) done = read_sealed(rows.secrets, all_secrets_);
  if (!done) return fail(std::move(done.error()));
  return rows;
}

Result<void> DirectoryTables::write(const Batch& batch) {
  Result<void> done = write_each(batch.merchants, merchant_);
  if (done) done = write_each(batch.merchant_certificates, certificate_);
  if (done) done = write_sealed(batch.apiv3_keys, apiv3_key_);
  if (done) done = write_each(batch.relations, relation_);
  if (done) done = write_each(batch.merchant_apps, merchant_app_);
  if (done) done = write_each(batch.apps, app_);
  if (done) done = write_sealed(batch.platform_keys, platform_key_);
  if (done) done = write_sealed(batch.secrets, secret_);
  return done;
}

}  // namespace favorhook::store::sqlite
