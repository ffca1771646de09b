// For tests: a place for a store that can be closed and opened again, and goes away with the test.
//
//   SqliteHome home;
//   std::unique_ptr<Store> store = home.open();
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/temp_dir.h"
#include "crypto/test_vault.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::store {

class Home {
 public:
  virtual ~Home() = default;
  virtual std::unique_ptr<Store> open() = 0;
};

class SqliteHome final : public Home {
 public:
  std::unique_ptr<Store> open() override {
    Result<std::unique_ptr<Store>> store =
        open_sqlite_store({.path = file(), .vault = crypto::test_vault()});
    if (!store) ADD_FAILURE() << store.error().what;
    CHECK(store);
    return std::move(*store);
  }
  std::string file() const { return dir_.path() + "/favorhook.db"; }
  const std::string& dir() const { return dir_.path(); }

 private:
  TempDir dir_;
};

// The suite in conformance*_test.cc runs over each of these.
struct HomeKind {
  std::string name;
  std::function<std::unique_ptr<Home>()> make;
};

class StoreConformance : public testing::TestWithParam<HomeKind> {
 protected:
  void SetUp() override {
    home_ = GetParam().make();
    store_ = home_->open();
  }
  void reopen() {
    store_.reset();
    store_ = home_->open();
  }
  void commit(const Batch& batch) {
    const Result<void> done = store_->commit(batch);
    ASSERT_TRUE(done) << done.error().what;
  }
  void load(coupon::State& state) {
    const Result<void> done = store_->load(state);
    ASSERT_TRUE(done) << done.error().what;
  }
  std::unique_ptr<Reader> reader() {
    Result<std::unique_ptr<Reader>> made = store_->open_reader();
    CHECK(made);
    return std::move(*made);
  }

  std::unique_ptr<Home> home_;
  std::unique_ptr<Store> store_;
};

inline std::vector<HomeKind> all_kinds() {
  return {{"Sqlite", [] { return std::make_unique<SqliteHome>(); }}};
}

inline std::string kind_name(const testing::TestParamInfo<HomeKind>& info) {
  return info.param.name;
}

}  // namespace favorhook::store
