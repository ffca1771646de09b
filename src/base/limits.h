// Every bound of the system in one table, each with its reason. Nothing is unbounded
// (ARCHITECTURE.md, "What always holds").
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clocks.h"

namespace favorhook::limits {

using namespace std::chrono_literals;

// --- A request's way in (net/, gateway/) ---
// A signed request carries about 1 KB of headers; 16 KiB leaves room for proxies' additions.
inline constexpr std::size_t kRequestHeadBytesMax = 16 * 1024;
// The largest busifavor body, a stock with 1000-character description, stays under 16 KiB in UTF-8.
inline constexpr std::size_t kRequestBodyBytesMax = 64 * 1024;
// Longest text that is held against a regular expression: libstdc++'s matcher recurses for each
// character, and no field with a pattern is longer than 128.
inline constexpr std::size_t kPatternTextBytesMax = 1024;
// Depth of the deepest busifavor body is 6; parsers need a bound against nesting.
inline constexpr std::size_t kJsonDepthMax = 16;
// A client that has connected must begin a request, or the next one, within this time; real answers
// say timeout=8, a minute spares SDKs with keep-alive pools a reconnect.
inline constexpr Millis kKeepAliveIdle = 60s;
// What an operator may set it to: less would cut ordinary clients between two requests, more keeps
// what proxies in between have long forgotten.
inline constexpr Millis kKeepAliveIdleLeast = 1s;
inline constexpr Millis kKeepAliveIdleMost = 10min;
// From the first byte of a head to its end: slow senders hold a connection no longer.
inline constexpr Millis kRequestHeadTime = 10s;
inline constexpr Millis kRequestBodyTime = 15s;
inline constexpr Millis kTlsHandshakeTime = 10s;
inline constexpr Millis kAnswerWriteTime = 15s;
// Open connections of all listeners together, where the process may have that many descriptors: at
// about 10 KB each, 20 KB with TLS, 400 MB.
inline constexpr std::size_t kConnectionsMax = 20'000;
// Beyond that bound only the operator's listener lets in: a flood of clients must not lock the
// operator out.
inline constexpr std::size_t kOperatorConnections = 64;
// Descriptors for everything but connections of clients and deliveries: the store, the log, DNS.
inline constexpr std::size_t kOtherDescriptors = 256;
// After SIGTERM, requests in work may end within this time; then connections are cut.
inline constexpr Millis kDrainTime = 10s;
// After a drain cut its connections their work ends within a turn of the loops; this only bounds a
// loop that hangs.
inline constexpr Millis kDrainCutTime = 1s;
// After a last answer a connection's write side is closed and what the client still sends is read
// away for this long and this far, so that a reset does not destroy the answer on its way.
inline constexpr Millis kPartingTime = 2s;
inline constexpr std::size_t kPartingBytesMax = 256 * 1024;
// Bytes asked of a connection at once.
inline constexpr std::size_t kReadBytes = 8 * 1024;
// The same of a connection that may stay idle, which holds them: a whole ordinary signed request.
inline constexpr std::size_t kFirstReadBytes = 2 * 1024;
// Connections that the kernel may hold for an acceptor: a second of a busy gateway's new clients.
inline constexpr int kAcceptBacklog = 1'024;
// Pause of an acceptor that was told of no descriptor or memory: it neither spins nor stays away
// for long.
inline constexpr Millis kAcceptPause = 100ms;
// |timestamp - wall clock| in Authorization (protocol §1.5), inclusive.
inline constexpr std::chrono::seconds kTimestampSkew = 300s;
// Characters of the body shown in SIGN_ERROR's truncated_sign_message (protocol §1.6).
inline constexpr std::size_t kSignMessageBodyShown = 8;

// --- The store (store/) ---
// Commands waiting for a batch: at 100 k commands/s a full queue is 160 ms of work; beyond it
// callers get 503.
inline constexpr std::size_t kCommitQueueMax = 16 * 1024;
// Commands in one transaction: the cost per command is flat beyond 256, latency grows.
inline constexpr std::size_t kBatchMax = 256;
// A batch that holds only what nobody waits for, results of attempts, is held open for so many or
// so long: half of a receiver's window still travels meanwhile, and a flush and its wake-ups, some
// 100 µs of CPU, are shared.
inline constexpr std::size_t kPatientBatch = 32;
inline constexpr Millis kPatientLinger = 5ms;
// Rounds of collecting keys: a command may learn of further keys from the rows it loaded first.
inline constexpr int kKeyRoundsMax = 4;
// The writer looks at the business clock at least this often: a sandbox may move it.
inline constexpr Millis kCommitLookAgain = 200ms;
// Pause before delivery's own batch is tried again after a failed commit: a full disk stays full
// for a while.
inline constexpr Millis kCommitRetryPause = 100ms;
// Pages of 4 KiB in the write-ahead log: from the first number on a thread copies them into the
// file, at the second the writer does. 64 MB bounds both the log and what a start after a crash has
// to read.
inline constexpr int kCheckpointPages = 4'000;
inline constexpr int kCheckpointPagesMax = 16'000;
// SQLite's pages in memory: the hot tables and indexes of a busy day, beside which the system
// caches the file.
inline constexpr int kPageCacheKiB = 65'536;
// Only another process that looks into the file, or a checkpoint, can stand in the way of a
// connection, and never for long.
inline constexpr Millis kStoreBusyTime = 5s;

// --- Delivery (delivery/, net/) ---
// The receiver's whole exchange (protocol §2.3).
inline constexpr Millis kAttemptTime = 5s;
// Bytes of an answer that are read: receivers answer with at most a small JSON object.
inline constexpr std::size_t kAnswerBytesMax = 16 * 1024;
// Bytes of an answer's status line and headers: twice what proxies in front of receivers are seen
// to add.
inline constexpr std::size_t kAnswerFieldBytesMax = 16 * 1024;
// 1xx answers skipped before the answer: none are expected, a receiver must not send them for ever.
inline constexpr int kInterimAnswersMax = 8;
// The first answer of a name server is waited for this long, and one asked again longer; an
// attempt's own time ends all of it, so one lost question may be made good.
inline constexpr Millis kNameServerTime = 1s;
inline constexpr int kNameServerTries = 3;
// Addresses of a name that are tried: large receivers publish four to eight.
inline constexpr std::size_t kAddressesMax = 16;
// Bytes of an answer's body kept in the ledger, for `event show`.
inline constexpr std::size_t kAnswerHeadBytesMax = 256;
// POSTs in flight per receiver: 64 × 200 answers/s of a slow receiver is still 12.8 k/s; a dead one
// costs 64 sockets.
inline constexpr std::uint32_t kInFlightPerReceiverMax = 64;
// The window of a receiver of which nothing is known yet, and the smallest one, that of a dead
// receiver: four time-outs of 5 s still find out within 2 s on average that it is back.
inline constexpr std::uint32_t kInFlightPerReceiverStart = 8;
inline constexpr std::uint32_t kInFlightPerReceiverMin = 4;
// Failures in a row that make an outage. Fewer would let a receiver that fails now and then be
// caught up all the time, which would burn the ladder of an event that it always refuses.
inline constexpr std::uint32_t kOutageFailures = 4;
// POSTs in flight per node: descriptors for deliveries stay below those of the gateway.
inline constexpr std::uint32_t kInFlightMax = 4'096;
// Idle connections kept per loop for reuse, and how long.
inline constexpr std::size_t kIdleConnectionsMax = 1'024;
inline constexpr Millis kIdleConnectionTime = 30s;
// Notification URLs kept taken apart per loop: as many as it keeps connections for.
inline constexpr std::size_t kTargetsMax = 1'024;
// Bytes of an answer asked of a connection at once: most answers are a few hundred.
inline constexpr std::size_t kAnswerReadBytes = 2 * 1024;
// Attempts of one event whose outcome stayed unknown (crashes) and that therefore do not count
// against its ladder: a crash loop must not POST for ever.
inline constexpr std::uint32_t kUnknownAttemptsMax = 20;
// Events claimed for one receiver in one batch.
inline constexpr std::size_t kClaimMax = 64;
// Events claimed in one batch, and receivers looked at for it: more would make the commands in the
// batch wait.
inline constexpr std::size_t kClaimPerBatchMax = 256;
inline constexpr std::size_t kClaimReceiversMax = 64;
// Open intents settled in one transaction after a crash.
inline constexpr std::size_t kRecoverBatchMax = 256;
// Events, with their attempts, in memory at a time while a store is scanned.
inline constexpr std::size_t kScanEvents = 256;
// Pages that a backup copies at a time, 1 MiB, and its pause between two such parts: at most 200
// MiB a second, so that commits find the disk free.
inline constexpr int kBackupPages = 256;
inline constexpr Millis kBackupPause{5};
// Each time that a temporary file vanishes between being found and being locked, another has just
// finished with it.
inline constexpr int kNewFileTries = 100;
// Faults of each check that an audit shows; all are counted.
inline constexpr std::size_t kAuditFaultsShown = 5;
// How far a clock that is kept in time by steps may go back without an audit minding.
inline constexpr Millis kAuditClockSlack = 1s;
// How long a result may wait for its commit, so that the next attempt is due that much later.
inline constexpr Millis kAuditRecordSlack = 5min;
// Pause after the store failed to read or write for delivery, before it is asked again.
inline constexpr Millis kStoreRetryPause = 1s;

// --- The business (coupon/) ---
// A stock's whole validity is at most one year (protocol §6.4); 366 days, since a year may hold a
// 29 February.
inline constexpr Millis kStockValidityMax = std::chrono::hours(24) * 366;
// Openids have 28 characters in live data; shorter ones are what people type into a sandbox.
inline constexpr std::size_t kOpenIdMin = 6;
inline constexpr std::size_t kOpenIdMax = 64;
// An appid (protocol §3.8); the names of appid groups keep to the same bound.
inline constexpr std::size_t kAppIdMax = 32;
// Openids and unionids of one person in one import: each is a row to load, and nobody has more apps
// of one operator.
inline constexpr std::size_t kPersonIdsMax = 64;

// --- Texts (protocol §3.9) ---
inline constexpr std::size_t kNotifyUrlMin = 10;
inline constexpr std::size_t kNotifyUrlMax = 256;
inline constexpr std::size_t kMchIdMin = 8;
inline constexpr std::size_t kMchIdMax = 15;

// --- The merchant library and the receiver of the CLI (merchant/, cli/) ---
// The largest answer to a merchant is a page of coupons, some 100 KiB.
inline constexpr std::size_t kClientAnswerBytesMax = 1024 * 1024;
// An envelope's ciphertext may have 1 MiB characters (protocol §2.2); the rest of it is small.
inline constexpr std::size_t kNotificationBytesMax = 2 * 1024 * 1024;
// POSTs that `listen` passes on at the same time, a thread each, and those that wait for one:
// a receiver has at most kInFlightPerReceiverMax in flight.
inline constexpr std::size_t kForwardersMax = 16;
inline constexpr std::size_t kForwardsWaitingMax = 256;
// A command's call of the operator's API: a batch takes milliseconds, beyond this something is
// wrong.
inline constexpr Millis kAdminCallTime = 30s;
// Whether a server answers at all: one that has ended refuses at once, and one on a busy machine
// must not be taken for it.
inline constexpr Millis kAdminHealthTime = 30s;
// What the story waits for: a notification comes within milliseconds, and the result of its attempt
// is recorded in the batch after the answer; a busy machine may take seconds for both.
inline constexpr std::chrono::seconds kStoryNotificationTime = 60s;
inline constexpr Millis kStoryRecordTime = 60s;

// --- A node (runtime/) ---
// Event loops: machines have fewer cores, and each loop costs a thread and its pools.
inline constexpr std::int64_t kLoopsMax = 256;
// How far a sandbox may move its business clock: the whole life of a stock and its payments.
inline constexpr Millis kBusinessOffsetMax = std::chrono::hours(24) * 366 * 5;
// A batch that waits longer for company costs every caller more latency than a flush is worth.
inline constexpr Micros kCommitLingerMax = 100ms;
// A file of the data directory, a configuration or a key: the largest is a certificate chain.
inline constexpr std::size_t kFileBytesMax = 1024 * 1024;
// favorhook's own TLS certificate is made anew when it would end within this time.
inline constexpr Millis kTlsRenewBefore = std::chrono::hours(24) * 30;

// --- The operator's API (admin/, runtime/) ---
// Rows in one answer: a page of 500 events is about 250 KB, and a person reads fewer.
inline constexpr std::size_t kAdminPageMax = 500;
// People in one import: each takes a place in the commit queue; the CLI sends a file in slices.
inline constexpr std::size_t kAdminUsersMax = 1'000;
// A slice of an import, with room to spare for people with many ids.
inline constexpr std::size_t kAdminBodyBytesMax = 1024 * 1024;
// A report of an attempt that meets a full commit queue is handed in again after this time; there
// are at most kInFlightMax of them.
inline constexpr Millis kReportRetryTime = 20ms;

// --- Keys and ciphertexts (crypto/) ---
// A PEM text: a certificate takes 2 KiB, a chain of a few 10; OpenSSL's readers count in int.
inline constexpr std::size_t kPemBytesMax = 64 * 1024;
// Bytes of one text to encode or to seal: resource.ciphertext may have 1 MiB characters (protocol
// §2.2); OpenSSL's encoders count in int.
inline constexpr std::size_t kBase64BytesMax = 16 * 1024 * 1024;

}  // namespace favorhook::limits
