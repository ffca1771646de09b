#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

#include "store/sqlite/views.h"

namespace favorhook::store::sqlite {
namespace {

// "fvhk": tells a store from any other SQLite file.
constexpr std::int64_t kApplicationId = 0x6676686b;

// Version 1. Times are milliseconds since the Unix epoch; enumerations are the words of
// coupon::to_text; flags 0 or 1. Every key grows or is found again near its neighbours, because
// inserting at random places costs six times as much. The creator's merchant number is the
// beginning of every stock_id, so all keys that begin with one begin with it.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE callbacks(
  mchid TEXT PRIMARY KEY, notify_url TEXT NOT NULL, update_time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stocks(
  stock_id TEXT PRIMARY KEY, creator_mchid TEXT NOT NULL, out_request_no TEXT NOT NULL,
  belong_merchant TEXT NOT NULL, request_digest BLOB NOT NULL, terms_json TEXT NOT NULL,
  stock_type TEXT NOT NULL, coupon_code_mode TEXT NOT NULL, stock_state TEXT NOT NULL,
  available_begin_time INTEGER NOT NULL, available_end_time INTEGER NOT NULL,
  available_day_after_receive INTEGER NOT NULL, wait_days_after_receive INTEGER NOT NULL,
  available_second_after_receive INTEGER NOT NULL, max_coupons INTEGER NOT NULL,
  max_coupons_per_user INTEGER NOT NULL, max_coupons_by_day INTEGER NOT NULL,
  discount_amount_fen INTEGER NOT NULL, notify_appid TEXT NOT NULL, create_time INTEGER NOT NULL,
  UNIQUE(creator_mchid, out_request_no)
) STRICT;

CREATE TABLE stock_counts(
  stock_id TEXT PRIMARY KEY, total_send_num INTEGER NOT NULL, today INTEGER NOT NULL,
  today_send_num INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE coupons(
  id INTEGER PRIMARY KEY, creator_mchid TEXT NOT NULL, stock_id TEXT NOT NULL,
  coupon_code TEXT NOT NULL, send_merchant TEXT NOT NULL, out_request_no TEXT NOT NULL,
  coupon_state TEXT NOT NULL, request_digest BLOB NOT NULL, appid TEXT NOT NULL,
  openid TEXT NOT NULL, person INTEGER NOT NULL, send_time INTEGER NOT NULL,
  available_start_time INTEGER NOT NULL, expire_time INTEGER NOT NULL,
  UNIQUE(send_merchant, out_request_no), UNIQUE(stock_id, coupon_code)
) STRICT;

CREATE TABLE user_counts(
  stock_id TEXT NOT NULL, person INTEGER NOT NULL, send_num INTEGER NOT NULL,
  PRIMARY KEY(stock_id, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE users(
  appid TEXT NOT NULL, openid TEXT NOT NULL, person INTEGER NOT NULL,
  PRIMARY KEY(appid, openid), UNIQUE(appid, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE unions(
  unionid_group TEXT NOT NULL, person INTEGER NOT NULL, unionid TEXT NOT NULL,
  PRIMARY KEY(unionid_group, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE sequences(name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- What changes with every attempt stands before what never changes, and the long text last.
CREATE TABLE events(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, receiver TEXT NOT NULL, state TEXT NOT NULL,
  withheld_reason TEXT NOT NULL, due INTEGER NOT NULL, in_flight INTEGER NOT NULL,
  attempts INTEGER NOT NULL, attempts_counted INTEGER NOT NULL, attempts_unknown INTEGER NOT NULL,
  last_attempt INTEGER, finished INTEGER, create_time INTEGER NOT NULL, event_type TEXT NOT NULL,
  stock_id TEXT NOT NULL, coupon_code TEXT NOT NULL, plaintext TEXT NOT NULL
) STRICT;
-- What waits for an attempt; its rowid, seq, is the index's last part. Empty where nothing waits.
CREATE INDEX events_due ON events(receiver, due) WHERE state = 'pending' AND in_flight = 0;
-- What a crash would leave behind; never more than the POSTs that a node may have in flight.
CREATE INDEX events_in_flight ON events(in_flight) WHERE in_flight = 1;

-- verdict '' is an intent: written before the first byte leaves, its result not known.
CREATE TABLE attempts(
  event_seq INTEGER NOT NULL, number INTEGER NOT NULL, nonce TEXT NOT NULL, url TEXT NOT NULL,
  started INTEGER NOT NULL, verdict TEXT NOT NULL, serial TEXT NOT NULL, status INTEGER NOT NULL,
  answer_head BLOB NOT NULL, detail TEXT NOT NULL, peer TEXT NOT NULL, dns_us INTEGER,
  connect_us INTEGER, tls_us INTEGER, first_byte_us INTEGER, total_us INTEGER NOT NULL,
  counted INTEGER NOT NULL, connection_reused INTEGER NOT NULL, finished INTEGER, next_due INTEGER,
  PRIMARY KEY(event_seq, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE merchants(
  mchid TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL UNIQUE,
  mode TEXT NOT NULL, event_push INTEGER NOT NULL, api_send INTEGER NOT NULL
) STRICT;

CREATE TABLE merchant_certificates(
  mchid TEXT NOT NULL, serial_no TEXT NOT NULL, pem TEXT NOT NULL, not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL, revoked INTEGER NOT NULL, PRIMARY KEY(mchid, serial_no)
) STRICT;

-- The row written last is in force, whatever the clock was when it was written: `id` orders them.
CREATE TABLE apiv3_keys(
  id INTEGER PRIMARY KEY, mchid TEXT NOT NULL, valid_from INTEGER NOT NULL, key TEXT NOT NULL,
  UNIQUE(mchid, valid_from)
) STRICT;

CREATE TABLE relations(
  parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY(parent, child)
) STRICT, WITHOUT ROWID;

CREATE TABLE merchant_apps(
  mchid TEXT NOT NULL, appid TEXT NOT NULL, PRIMARY KEY(mchid, appid)
) STRICT, WITHOUT ROWID;

CREATE TABLE apps(
  appid TEXT PRIMARY KEY, unionid_group TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE platform_keys(
  serial TEXT PRIMARY KEY, mode TEXT NOT NULL, certificate_pem TEXT NOT NULL, key_pem TEXT NOT NULL,
  not_before INTEGER NOT NULL, not_after INTEGER NOT NULL
) STRICT;
)sql";

// Version 2. Secrets are sealed under a master key. The tables that held them are made anew, since
// a page that a table has given back is overwritten (secure_delete), and the gaps inside a page
// that it keeps are not. log_wiped 0: the log may hold pages from before the key was this one.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE master_key(
  only INTEGER PRIMARY KEY CHECK(only = 1), key_id TEXT NOT NULL, probe TEXT NOT NULL,
  log_wiped INTEGER NOT NULL
) STRICT;

ALTER TABLE apiv3_keys RENAME TO plain_apiv3_keys;
CREATE TABLE apiv3_keys(
  id INTEGER PRIMARY KEY, mchid TEXT NOT NULL, valid_from INTEGER NOT NULL,
  sealed_key TEXT NOT NULL, UNIQUE(mchid, valid_from)
) STRICT;
INSERT INTO apiv3_keys
  SELECT id, mchid, valid_from, seal('apiv3_keys/' || mchid || '/' || valid_from, key)
  FROM plain_apiv3_keys;
DROP TABLE plain_apiv3_keys;

ALTER TABLE platform_keys RENAME TO plain_platform_keys;
CREATE TABLE platform_keys(
  serial TEXT PRIMARY KEY, mode TEXT NOT NULL, certificate_pem TEXT NOT NULL,
  sealed_key TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL
) STRICT;
INSERT INTO platform_keys
  SELECT serial, mode, certificate_pem, seal('platform_keys/' || serial, key_pem), not_before,
    not_after
  FROM plain_platform_keys;
DROP TABLE plain_platform_keys;

CREATE TABLE secrets(name TEXT PRIMARY KEY, sealed_value TEXT NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO master_key
  SELECT 1, master_key_id(), seal('master_key', 'favorhook'), 0
  WHERE EXISTS (SELECT 1 FROM apiv3_keys) OR EXISTS (SELECT 1 FROM platform_keys);
)sql";

// Version 3. With which attempt an event's present ladder began, so that its counters can be proven
// from its attempts; 0 where that is not known any more.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE events ADD COLUMN ladder_from INTEGER NOT NULL DEFAULT 0;
)sql";

// Version 4. The share of a gray release (protocol §1.11).
constexpr const char* kVersion4 = R"sql(
ALTER TABLE merchants ADD COLUMN gray_percent INTEGER NOT NULL DEFAULT 0;
)sql";

// Version 5. An intent is a row of its own small table until its result is known, so that an
// attempt begins without writing its event, and its row among the attempts is written once
// (docs/adr/0012). What reads events or attempts reads the views (views.h).
constexpr const char* kVersion5 = R"sql(
CREATE TABLE flights(
  event_seq INTEGER PRIMARY KEY, number INTEGER NOT NULL, nonce TEXT NOT NULL, url TEXT NOT NULL,
  started INTEGER NOT NULL
) STRICT;
INSERT INTO flights
  SELECT a.event_seq, max(a.number), a.nonce, a.url, a.started
  FROM events e JOIN attempts a ON a.event_seq = e.seq AND a.verdict = ''
  WHERE e.in_flight = 1 GROUP BY a.event_seq;
DELETE FROM attempts WHERE verdict = ''
  AND EXISTS (SELECT 1 FROM flights f WHERE f.event_seq = attempts.event_seq
                                        AND f.number = attempts.number);

DROP INDEX events_due;
DROP INDEX events_in_flight;
ALTER TABLE events DROP COLUMN in_flight;
-- What is pending, in flight or not; its rowid, seq, is the index's last part.
CREATE INDEX events_due ON events(receiver, due) WHERE state = 'pending';
)sql";

// The step at index i brings a file from version i to i + 1. A step that a release has contained is
// never edited.
constexpr std::array kSteps = {kVersion1, kVersion2, kVersion3, kVersion4, kVersion5};
constexpr auto kCurrent = static_cast<std::int64_t>(kSteps.size());

struct FileVersion {
  std::int64_t application;
  std::int64_t version;
  std::int64_t objects;
};

Result<FileVersion> version_of(Connection& connection) {
  const Result<std::int64_t> application = connection.integer("PRAGMA application_id");
  if (!application && connection.foreign()) {
    return fail("{} is not favorhook's store, or its head is damaged: it is not a database",
                connection.path());
  }
  if (!application) return fail(application.error());
  const Result<std::int64_t> version = connection.integer("PRAGMA user_version");
  if (!version) return fail(version.error());
  const Result<std::int64_t> objects = connection.integer("SELECT count(*) FROM sqlite_schema");
  if (!objects) return fail(objects.error());
  const bool fresh = *objects == 0 && *version == 0;
  if (!fresh && *application != kApplicationId) {
    return fail("{} is an SQLite file, but not favorhook's store", connection.path());
  }
  if (*version > kCurrent) {
    return fail("{} was written by a newer favorhook: its schema is version {}, this one knows {}",
                connection.path(), *version, kCurrent);
  }
  return FileVersion{*application, *version, *objects};
}

// What there is to read, and not a file in which nothing was ever made.
Result<FileVersion> store_version_of(Connection& connection) {
  Result<FileVersion> found = version_of(connection);
  if (found && found->objects == 0 && found->version == 0) {
    return fail("{} is empty: it is not favorhook's store", connection.path());
  }
  return found;
}

Result<void> take_steps(Connection& connection, std::int64_t from) {
  for (std::int64_t version = from; version < kCurrent; ++version) {
    Result<void> done = connection.execute(kSteps.at(static_cast<std::size_t>(version)));
    if (!done) return done;
  }
  if (Result<void> done = connection.execute(views_sql()); !done) return done;
  return connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        kApplicationId, kCurrent));
}

}  // namespace

Result<void> expect_known(Connection& connection) {
  const Result<FileVersion> found = version_of(connection);
  return found ? Result<void>() : fail(found.error());
}

Result<void> migrate(Connection& connection) {
  const Result<FileVersion> found = version_of(connection);
  if (!found) return fail(found.error());
  if (found->version == kCurrent) return {};
  if (Result<void> set = connection.execute("PRAGMA secure_delete = ON"); !set) return set;
  if (Result<void> begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> done = take_steps(connection, found->version);
  if (done) done = connection.execute("COMMIT");
  if (!done) {
    // The error that matters is the one that led here; without a transaction there is nothing to
    // roll back.
    static_cast<void>(connection.execute("ROLLBACK"));
  }
  return done;
}

Result<void> expect_store(Connection& connection) {
  const Result<FileVersion> found = store_version_of(connection);
  return found ? Result<void>() : fail(found.error());
}

Result<void> expect_current(Connection& connection) {
  const Result<FileVersion> found = store_version_of(connection);
  if (!found) return fail(found.error());
  if (found->version != kCurrent) {
    return fail("{} is of schema version {}, not {}: start `favorhook serve` once to migrate it",
                connection.path(), found->version, kCurrent);
  }
  return {};
}

}  // namespace favorhook::store::sqlite
