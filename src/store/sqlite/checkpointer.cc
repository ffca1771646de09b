#include "store/sqlite/checkpointer.h"

#include <sqlite3.h>

#include "base/log.h"
#include "base/probe.h"

namespace favorhook::store::sqlite {

void Checkpointer::checkpoint(Connection& connection) {
  const int code = sqlite3_wal_checkpoint_v2(connection.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             nullptr, nullptr);
  if (code == SQLITE_OK || code == SQLITE_BUSY) return;
  if (connection.disk_failed()) {
    probe("store.checkpoint_met_a_failing_disk");
    return stop_after_failed_sync(connection.error("checkpoint"), options_.on_disk_failure);
  }
  // A full disk, say: the log keeps everything, a later checkpoint copies it.
  log_warning("store_checkpoint_failed", {{"reason", connection.error("checkpoint").what}});
}

Checkpointer::Checkpointer(Connection& writer, std::unique_ptr<Connection> own,
                           CheckpointerOptions options)
    : writer_(writer),
      own_(std::move(own)),
      options_(std::move(options)),
      next_by_writer_(own_ ? limits::kCheckpointPagesMax : options_.pages) {
  sqlite3_wal_hook(
      writer_.get(),
      [](void* pages, sqlite3*, const char*, int log_pages) {
        *static_cast<int*>(pages) = log_pages;
        return SQLITE_OK;
      },
      &log_pages_);
  if (own_) thread_ = std::thread([this] { run(); });
}

Checkpointer::~Checkpointer() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpointer::after_commit() {
  if (log_pages_ < options_.pages) {
    next_by_writer_ = own_ ? limits::kCheckpointPagesMax : options_.pages;
    return;
  }
  if (log_pages_ >= next_by_writer_) {
    // Waiting for the thread here is what slows a writer down that is faster than the disk.
    const std::lock_guard copying(copying_);
    checkpoint(writer_);
    // Where a reader keeps the log from starting anew, trying at every commit would only cost.
    next_by_writer_ = log_pages_ + options_.pages;
    return;
  }
  if (!own_) return;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return wanted_ || stopping_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    {
      const std::lock_guard copying(copying_);
      checkpoint(*own_);
    }
    lock.lock();
  }
}

}  // namespace favorhook::store::sqlite
