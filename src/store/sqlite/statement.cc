#include "store/sqlite/statement.h"

#include <sqlite3.h>

#include "base/check.h"

namespace favorhook::store::sqlite {

void Binder::operator()(std::string_view text) {
  // A null pointer would bind NULL where an empty text is meant.
  const char* data = text.data() == nullptr ? "" : text.data();
  CHECK(sqlite3_bind_text64(statement_, ++last_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) ==
        SQLITE_OK);
}

void Binder::blob(std::string_view, const std::string& bytes) {
  CHECK(sqlite3_bind_blob64(statement_, ++last_, bytes.data(), bytes.size(), SQLITE_STATIC) ==
        SQLITE_OK);
}

void Binder::integer(std::int64_t value) {
  CHECK(sqlite3_bind_int64(statement_, ++last_, value) == SQLITE_OK);
}

void Binder::null() {
  CHECK(sqlite3_bind_null(statement_, ++last_) == SQLITE_OK);
}

std::string_view Columns::view() {
  const int column = next_++;
  const void* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return {static_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Columns::blob(std::string_view, std::string& bytes) {
  const int column = next_++;
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  bytes = data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

std::int64_t Columns::integer() {
  return sqlite3_column_int64(statement_, next_++);
}

bool Columns::skip_null() {
  if (sqlite3_column_type(statement_, next_) != SQLITE_NULL) return false;
  ++next_;
  return true;
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Result<void> Statement::prepare() {
  if (handle_ != nullptr) return {};
  const int code = sqlite3_prepare_v3(connection_.get(), sql_.data(), static_cast<int>(sql_.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) return fail(connection_.error(sql_));
  return {};
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_);
    return false;
  }
  Error error = connection_.error(sql_.substr(0, sql_.find('(')));
  sqlite3_reset(handle_);
  return fail(std::move(error));
}

Result<void> Statement::finish() {
  const Result<bool> row = step();
  if (!row) return fail(row.error());
  CHECK(!*row);
  return {};
}

Result<void> Statement::changed_one() {
  const int rows = sqlite3_changes(connection_.get());
  if (rows != 1) {
    return fail("{}: {} changed {} rows instead of one", connection_.path(),
                sql_.substr(0, sql_.find(" SET")), rows);
  }
  return {};
}

Result<void> Statement::unreadable() {
  sqlite3_reset(handle_);
  return fail("{}: a row holds a word that this version does not know: {}", connection_.path(),
              sql_);
}

}  // namespace favorhook::store::sqlite
