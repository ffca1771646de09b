// Moves committed pages from the write-ahead log into the file, away from the commits' latency.
//
//   Checkpointer checkpointer(writer, std::move(own_connection), options);
//   checkpointer.after_commit();      // on the writer's thread
//
// Operation: from kCheckpointPages on, a thread of its own copies on its own connection while
// commits go on. That never catches up with a busy writer, so from kCheckpointPagesMax on the
// writer copies the rest itself and the log starts anew. Without a connection of its own
// (simulation: no threads) the writer does all of it. SQLite's automatic checkpoint is not used
// because it ignores a failed sync of the file; here that stops the process.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "store/sqlite/connection.h"

namespace favorhook::store::sqlite {

struct CheckpointerOptions {
  int pages = limits::kCheckpointPages;  // of the log, at which copying begins
  OnDiskFailure on_disk_failure = {};
};

class Checkpointer {
 public:
  Checkpointer(Connection& writer, std::unique_ptr<Connection> own, CheckpointerOptions options);
  ~Checkpointer();

  void after_commit();

 private:
  void run();
  void checkpoint(Connection& connection);

  Connection& writer_;
  std::unique_ptr<Connection> own_;
  const CheckpointerOptions options_;
  int log_pages_ = 0;       // set by SQLite at each commit
  int next_by_writer_ = 0;  // log pages at which the writer copies
  std::mutex copying_;  // held during a checkpoint: SQLite refuses a second one at the same time
  std::mutex mutex_;    // of what follows
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace favorhook::store::sqlite
