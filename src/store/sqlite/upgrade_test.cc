// A store of schema version 1, as its program left it (tests/fixtures/v1), opened by today's.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/temp_dir.h"
#include "crypto/test_vault.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/test_crashing_vfs.h"

namespace favorhook::store {
namespace {

using sqlite::Access;
using sqlite::Connection;
using testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(content).str();
}

// The rows that a statement gives, as texts.
using Rows = std::vector<std::vector<std::string>>;
Rows rows_of(const std::string& file, const std::string& sql) {
  const auto connection = Connection::open(file, Access::read, "");
  CHECK(connection);
  Rows rows;
  const auto add = [](void* to, int count, char** values, char**) {
    auto& row = static_cast<Rows*>(to)->emplace_back();
    for (int i = 0; i < count; ++i) row.emplace_back(values[i] == nullptr ? "NULL" : values[i]);
    return 0;
  };
  CHECK(sqlite3_exec((*connection)->get(), sql.c_str(), add, &rows, nullptr) == SQLITE_OK);
  return rows;
}

// A table of version 1, with the columns that it has there, but for the secrets.
struct Query {
  std::string table, columns;
};

std::vector<Query> queries_of(const std::string& file) {
  std::vector<Query> queries;
  const auto tables = rows_of(file, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  for (const auto& table : tables) {
    const auto columns =
        rows_of(file, fmt::format("SELECT group_concat(name) FROM pragma_table_info('{}') "
                                  "WHERE name NOT IN ('key', 'key_pem')",
                                  table.front()));
    queries.push_back({table.front(), columns.front().front()});
  }
  return queries;
}

// A later version may have a table's rows elsewhere, and then a view that has them together.
std::vector<Rows> all_rows(const std::string& file, const std::vector<Query>& queries) {
  const Rows views = rows_of(file, "SELECT name FROM sqlite_schema WHERE type = 'view'");
  std::vector<Rows> all;
  for (const Query& query : queries) {
    const std::string view = query.table + "_now";
    const bool moved = std::ranges::find(views, std::vector{view}) != views.end();
    all.push_back(rows_of(file, fmt::format("SELECT {} FROM {} ORDER BY 1, 2", query.columns,
                                            moved ? view : query.table)));
  }
  return all;
}

std::string version_of(const std::string& file) {
  return rows_of(file, "PRAGMA user_version").front().front();
}

// The fixture as a database that is kept open, so that its log stays.
struct Made {
  Made() {
    CHECK(connection);
    CHECK((*connection)->execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0"));
    CHECK((*connection)->execute(content_of(FAVORHOOK_ROOT "/tests/fixtures/v1/favorhook.sql")));
  }
  TempDir place;
  std::string file = place.path() + "/made.db";
  Result<std::unique_ptr<Connection>> connection = Connection::open(file, Access::create, "");
};

class Upgrade : public testing::Test {
 protected:
  Upgrade() { fill(file_); }

  // As kill -9 leaves it: everything in the log, nothing copied into the file yet.
  static void fill(const std::string& file) {
    static const Made made;
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(made.file + suffix, file + suffix,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    std::filesystem::remove(file + "-shm");
  }
  Result<std::unique_ptr<Store>> open() {
    return open_sqlite_store({.path = file_, .vault = crypto::test_vault()});
  }
  std::vector<Rows> rows() const { return all_rows(file_, queries_); }
  void expect_no_plain_secret(const std::string& when) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      const std::string bytes = content_of(file_ + suffix);
      for (const std::string& secret : secrets_) {
        EXPECT_EQ(bytes.find(secret), std::string::npos) << when << ": " << suffix;
      }
    }
  }

  TempDir dir_;
  std::string file_ = dir_.path() + "/favorhook.db";
  std::vector<Query> queries_ = [this] {
    fill(file_);
    return queries_of(file_);
  }();
  // APIv3 keys, and a line from the middle of each private key's PEM text.
  std::vector<std::string> secrets_ = [this] {
    std::vector<std::string> secrets;
    fill(file_);
    for (const auto& row : rows_of(file_, "SELECT key FROM apiv3_keys WHERE key <> ''")) {
      secrets.push_back(row.front());
    }
    for (const auto& row : rows_of(file_, "SELECT key_pem FROM platform_keys")) {
      secrets.push_back(row.front().substr(600, 60));
    }
    fill(file_);
    return secrets;
  }();
};

TEST_F(Upgrade, TheFixtureIsOfVersion1AndHoldsWhatItSays) {
  EXPECT_EQ(version_of(file_), "1");
  EXPECT_EQ(queries_.size(), 17u);
  EXPECT_EQ(secrets_.size(), 5u);
  EXPECT_THAT(content_of(file_ + "-wal"), HasSubstr(secrets_.front()));
  std::set<std::string> states;
  for (const auto& row :
       rows_of(file_, "SELECT state || ' ' || withheld_reason || ' ' || in_flight FROM events")) {
    states.insert(row.front());
  }
  EXPECT_THAT(states, testing::ElementsAre("delivered none 0", "exhausted none 0", "pending none 0",
                                           "pending none 1", "withheld host_refused 0",
                                           "withheld no_apiv3_key 0", "withheld no_url 0",
                                           "withheld push_off 0"));
}

TEST_F(Upgrade, CarriesEveryRowOverAndSealsTheKeys) {
  const std::vector<Rows> before = rows();
  const Rows keys = rows_of(file_, "SELECT key FROM apiv3_keys ORDER BY id");
  const Rows pems = rows_of(file_, "SELECT key_pem FROM platform_keys ORDER BY not_before, serial");
  {
    const auto store = open();
    ASSERT_TRUE(store) << store.error().what;
    const DirectoryRows directory = *(*store)->directory();
    ASSERT_EQ(directory.of<Apiv3KeyRow>().size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      EXPECT_EQ(directory.of<Apiv3KeyRow>()[i].key, keys[i].front());
    }
    ASSERT_EQ(directory.of<PlatformKeyRow>().size(), pems.size());
    for (std::size_t i = 0; i < pems.size(); ++i) {
      EXPECT_EQ(directory.of<PlatformKeyRow>()[i].key_pem, pems[i].front());
    }
    expect_no_plain_secret("while it is open");
  }
  EXPECT_EQ(rows(), before);
  for (const auto& row : rows_of(file_, "SELECT sealed_key FROM apiv3_keys")) {
    EXPECT_THAT(row.front(), testing::StartsWith("v1:"));
  }
  expect_no_plain_secret("after it was closed");
}

TEST_F(Upgrade, LeavesTheOldVersionWhereThereIsNoMasterKey) {
  const auto refused = open_sqlite_store({.path = file_});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("a master key is needed"));
  EXPECT_EQ(version_of(file_), "1");
}

TEST_F(Upgrade, LeavesOpenIntentsToBeRecovered) {
  const auto store = open();
  ASSERT_TRUE(store) << store.error().what;
  const auto open = (*store)->open_intents(0, 100);
  ASSERT_EQ(open->size(), 2u);
  EXPECT_EQ(open->front().first.seq, 9);
  EXPECT_EQ(open->back().first.seq, 10);
  EXPECT_TRUE(open->back().first.in_flight);
  EXPECT_EQ(open->back().second.number, 1u);
  EXPECT_EQ(rows_of(file_, "SELECT count(*) FROM attempts WHERE verdict = ''").front().front(),
            "0");
}

// A crash at any write, sync or truncation: the file is of one version or the other, whole, and the
// next start brings it up to date.
TEST_F(Upgrade, ACrashLeavesOneVersionOrTheOther) {
  const std::vector<Rows> before = rows();
  const auto migrate = [this] {
    return open_sqlite_store({.path = file_, .vfs = kCrashingVfs, .vault = crypto::test_vault()})
        .has_value();
  };
  std::set<std::string> versions;
  int operations = 0;
  for (bool ended = false; !ended; ++operations) {
    fill(file_);
    ended = ends_within(operations, migrate);
    versions.insert(version_of(file_));
    ASSERT_EQ(rows(), before) << "after " << operations << " operations";
    ASSERT_TRUE(open());
    ASSERT_EQ(rows(), before) << "after " << operations << " operations";
    expect_no_plain_secret(fmt::format("after {} operations", operations));
  }
  EXPECT_EQ(versions.size(), 2u);
  EXPECT_GT(operations, 20);
}

}  // namespace
}  // namespace favorhook::store
