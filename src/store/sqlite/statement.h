// A prepared statement: values in, rows out.
//
//   Statement by_id{connection, "SELECT … FROM events WHERE id = ?1"};
//   Result<std::optional<coupon::Event>> event = by_id.one<coupon::Event>(id);
//
// It is prepared at its first use and kept. Rows are moved member by member by their
// columns() (base/row.h). Thread safety: its connection's. Errors: those of Connection; a row that
// cannot be read names the statement.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clocks.h"
#include "base/words.h"
#include "store/sqlite/connection.h"
#include "store/table_text.h"

struct sqlite3_stmt;

namespace favorhook::store::sqlite {

// Binds values to ?1, ?2, … in the order given. Texts are not copied: they live until the statement
// has run.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}

  void operator()(std::string_view text);
  void operator()(const std::string& text) { (*this)(std::string_view(text)); }
  void operator()(const char* text) { (*this)(std::string_view(text)); }
  template <std::integral T>
  void operator()(T value) {
    integer(static_cast<std::int64_t>(value));
  }
  template <class Tag>
  void operator()(std::chrono::time_point<TaggedClock<Tag>> time) {
    integer(unix_millis(time));
  }
  void operator()(Micros time) { integer(time.count()); }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(E value) {
    (*this)(to_text(value));
  }
  template <class T>
  void operator()(const std::optional<T>& value) {
    value ? (*this)(*value) : null();
  }

  // As columns() calls them.
  template <class T>
  void operator()(std::string_view, const T& value) {
    (*this)(value);
  }
  void blob(std::string_view, const std::string& bytes);
  template <class T>
  void fixed(std::string_view column, const T& value) {
    (*this)(column, value);
  }
  void sealed(std::string_view column, const std::string& text) { (*this)(column, text); }
  template <class T>
  void found(std::string_view, const T&) {}  // is not kept with the row

 private:
  void integer(std::int64_t value);
  void null();

  sqlite3_stmt* statement_;
  int last_ = 0;
};

// Binds those columns of a row that update_sql() has.
class UpdateColumns {
 public:
  UpdateColumns(Binder& binder, const TableText& table)
      : binder_(binder), next_(table.columns.begin()) {}

  template <class T>
  void operator()(std::string_view, const T& value) {
    if (take()) binder_(value);
  }
  template <class T>
  void fixed(std::string_view, const T& value) {
    if (take()) binder_(value);
  }
  void sealed(std::string_view, const std::string& text) {
    if (take()) binder_(text);
  }
  void blob(std::string_view column, const std::string& bytes) {
    if (take()) binder_.blob(column, bytes);
  }
  template <class T>
  void found(std::string_view, const T&) {}

 private:
  bool take() {
    const TableText::Column& column = *next_++;
    return column.key || column.changes;
  }

  Binder& binder_;
  std::vector<TableText::Column>::const_iterator next_;
};

// Reads the columns of the current row in their order.
class Columns {
 public:
  explicit Columns(sqlite3_stmt* statement) : statement_(statement) {}

  void operator()(std::string& text) { text = view(); }
  template <std::integral T>
  void operator()(T& value) {
    value = static_cast<T>(integer());
  }
  template <class Tag>
  void operator()(std::chrono::time_point<TaggedClock<Tag>>& time) {
    time = std::chrono::time_point<TaggedClock<Tag>>(Millis(integer()));
  }
  void operator()(Micros& time) { time = Micros(integer()); }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(E& value) {
    const std::optional<E> read = from_text<E>(view());
    if (read) value = *read;
    readable_ = read.has_value() && readable_;
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    if (skip_null()) return value.reset();
    (*this)(value.emplace());
  }

  // As columns() calls them.
  template <class T>
  void operator()(std::string_view, T& value) {
    (*this)(value);
  }
  void blob(std::string_view, std::string& bytes);
  template <class T>
  void fixed(std::string_view, T& value) {
    (*this)(value);
  }
  void sealed(std::string_view, std::string& text) { (*this)(text); }
  template <class T>
  void found(std::string_view, T& value) {
    (*this)(value);
  }

  // False where a word was met that this program does not know.
  bool readable() const { return readable_; }

 private:
  std::string_view view();
  std::int64_t integer();
  bool skip_null();

  sqlite3_stmt* statement_;
  int next_ = 0;
  bool readable_ = true;
};

class Statement {
 public:
  Statement(Connection& connection, std::string sql)
      : connection_(connection), sql_(std::move(sql)) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Runs a statement that gives no rows.
  template <class... Values>
  Result<void> run(const Values&... values) {
    if (Result<void> ready = prepare(); !ready) return ready;
    Binder binder(handle_);
    (binder(values), ...);
    return finish();
  }
  // The same with the columns of a row as its values.
  template <class Row>
  Result<void> run_row(const Row& row) {
    if (Result<void> ready = prepare(); !ready) return ready;
    Binder binder(handle_);
    Row::columns(binder, row);
    return finish();
  }
  // Runs update_sql(). Exactly one row must be there.
  template <class Row>
  Result<void> update_row(const Row& row) {
    if (Result<void> ready = prepare(); !ready) return ready;
    Binder binder(handle_);
    UpdateColumns changing(binder, table_of<Row>());
    Row::columns(changing, row);
    if (Result<void> done = finish(); !done) return done;
    return changed_one();
  }

  // Calls visit(Columns&) for each row.
  template <class Visit, class... Values>
  Result<void> each(Visit visit, const Values&... values) {
    if (Result<void> ready = prepare(); !ready) return ready;
    Binder binder(handle_);
    (binder(values), ...);
    while (true) {
      const Result<bool> row = step();
      if (!row) return fail(row.error());
      if (!*row) return {};
      Columns read(handle_);
      visit(read);
      if (!read.readable()) return unreadable();
    }
  }
  template <class Row, class... Values>
  Result<std::vector<Row>> all(const Values&... values) {
    std::vector<Row> rows;
    Result<void> done =
        each([&](Columns& read) { Row::columns(read, rows.emplace_back()); }, values...);
    if (!done) return fail(std::move(done.error()));
    return rows;
  }
  // The only row; nothing where there is none.
  template <class Row, class... Values>
  Result<std::optional<Row>> one(const Values&... values) {
    std::optional<Row> row;
    Result<void> done = each([&](Columns& read) { Row::columns(read, row.emplace()); }, values...);
    if (!done) return fail(std::move(done.error()));
    return row;
  }

 private:
  Result<void> prepare();
  Result<void> finish();
  Result<bool> step();  // true at a row; resets the statement otherwise
  Result<void> changed_one();
  Result<void> unreadable();

  Connection& connection_;
  std::string sql_;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace favorhook::store::sqlite
