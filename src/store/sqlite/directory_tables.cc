#include "store/sqlite/directory_tables.h"

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

DirectoryTables::DirectoryTables(Connection& c)
    : all_merchants_(c, all_by<MerchantRow>("mchid")),
      all_certificates_(c, all_by<MerchantCertificateRow>("mchid, not_before, serial_no")),
      all_apiv3_keys_(c, all_by<Apiv3KeyRow>("id")),
      all_relations_(c, all_by<RelationRow>("parent, child")),
      all_merchant_apps_(c, all_by<MerchantAppRow>("mchid, appid")),
      all_apps_(c, all_by<AppRow>("appid")),
      all_platform_keys_(c, all_by<PlatformKeyRow>("not_before, serial")),
      merchant_(c, upsert<MerchantRow>()),
      certificate_(c, upsert<MerchantCertificateRow>()),
      // A replaced key gets a new id, so that it is the newest.
      apiv3_key_(c, fmt::format("INSERT OR REPLACE INTO {}({}) VALUES(?1,?2,?3)",
                                table_of<Apiv3KeyRow>().name, table_of<Apiv3KeyRow>().columns)),
      relation_(c, upsert<RelationRow>()),
      merchant_app_(c, upsert<MerchantAppRow>()),
      app_(c, upsert<AppRow>()),
      platform_key_(c, upsert<PlatformKeyRow>()) {}

Result<DirectoryRows> DirectoryTables::read() {
  DirectoryRows rows;
  Result<void> done = read_into(rows.merchants, all_merchants_);
  if (done) done = read_into(rows.certificates, all_certificates_);
  if (done) done = read_into(rows.apiv3_keys, all_apiv3_keys_);
  if (done) done = read_into(rows.relations, all_relations_);
  if (done) done = read_into(rows.merchant_apps, all_merchant_apps_);
  if (done) done = read_into(rows.apps, all_apps_);
  if (done) done = read_into(rows.platform_keys, all_platform_keys_);
  if (!done) return fail(std::move(done.error()));
  return rows;
}

Result<void> DirectoryTables::write(const Batch& batch) {
  Result<void> done = write_each(batch.merchants, merchant_);
  if (done) done = write_each(batch.merchant_certificates, certificate_);
  if (done) done = write_each(batch.apiv3_keys, apiv3_key_);
  if (done) done = write_each(batch.relations, relation_);
  if (done) done = write_each(batch.merchant_apps, merchant_app_);
  if (done) done = write_each(batch.apps, app_);
  if (done) done = write_each(batch.platform_keys, platform_key_);
  return done;
}

}  // namespace favorhook::store::sqlite
