#include "store/sqlite/directory_tables.h"

#include "store/sqlite/per_row.h"
#include "store/sqlite/sealing.h"
#include "store/sqlite/statement.h"
#include "store/table_text.h"

namespace favorhook::store::sqlite {
namespace {

using VaultHandle = std::shared_ptr<const crypto::Vault>;

template <class Row>
std::string write_sql() {
  // A row that is written anew gets a new place, so that it is the newest.
  if constexpr (requires { Row::kAppended; }) return replace_sql(table_of<Row>());
  return upsert_sql(table_of<Row>());
}

template <class Row>
struct TableStatements {
  explicit TableStatements(Connection& c)
      : all(c, select_all_sql(table_of<Row>())), write(c, write_sql<Row>()) {}

  Statement all, write;
};

template <class Row>
Result<void> unseal(Row& row, const VaultHandle& vault) {
  std::string* const secret = secret_of(row);
  if (secret == nullptr) return {};
  if (!vault) return fail("{} cannot be read without a master key", place_of(row));
  Result<std::string> opened = vault->open(place_of(row), *secret);
  if (!opened) return fail(std::move(opened.error()));
  *secret = std::move(*opened);
  return {};
}

template <class Row>
Result<void> seal(Row& row, const VaultHandle& vault) {
  std::string* const secret = secret_of(row);
  if (secret == nullptr) return {};
  if (!vault) return fail("{} cannot be kept without a master key", place_of(row));
  std::string sealed = vault->seal(place_of(row), *secret);
  crypto::wipe(*secret);
  *secret = std::move(sealed);
  return {};
}

}  // namespace

struct DirectoryTables::Statements {
  template <class Row>
  Result<void> read(std::vector<Row>& rows) {
    Result<std::vector<Row>> found = tables.of<Row>().all.template all<Row>();
    if (!found) return fail(std::move(found.error()));
    rows = std::move(*found);
    for (Row& row : rows) {
      if (Result<void> done = unseal(row, vault); !done) return done;
    }
    return {};
  }
  template <class Row>
  Result<void> write(const std::vector<Row>& rows) {
    for (Row row : rows) {
      Result<void> done = seal(row, vault);
      if (done) done = tables.of<Row>().write.run_row(row);
      if (!done) return done;
    }
    return {};
  }

  VaultHandle vault;
  PerRow<TableStatements, DirectoryRowTypes> tables;
};

DirectoryTables::DirectoryTables(Connection& connection, VaultHandle vault)
    : statements_(new Statements{std::move(vault),
                                 PerRow<TableStatements, DirectoryRowTypes>(connection)}) {}
DirectoryTables::~DirectoryTables() = default;

Result<DirectoryRows> DirectoryTables::read() {
  DirectoryRows rows;
  Result<void> done = each_type_while<Result<void>>(
      DirectoryRowTypes{}, [&]<class Row>() { return statements_->read(rows.of<Row>()); });
  if (!done) return fail(std::move(done.error()));
  return rows;
}

Result<void> DirectoryTables::write(const DirectoryRows& rows) {
  return each_type_while<Result<void>>(
      DirectoryRowTypes{}, [&]<class Row>() { return statements_->write(rows.of<Row>()); });
}

}  // namespace favorhook::store::sqlite
