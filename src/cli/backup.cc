// favorhook backup, favorhook restore: the store into one file while it is used, and back.
#include "store/sqlite/backup.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <thread>

#include "base/limits.h"
#include "base/time_text.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "runtime/data_dir.h"
#include "runtime/files.h"
#include "runtime/restore.h"
#include "store/lock.h"

namespace favorhook::cli {
namespace {

struct BackupCommand {
  std::string file;
  bool force = false;
};

struct RestoreCommand {
  std::string file;
  std::string key_file;
};

std::string key_text(const store::BackupNote& note) {
  return note.sealed_under ? "its secrets are sealed with the master key " + *note.sealed_under
                           : "it has no secrets yet";
}

// No server starts without it, and whoever restores is the one who knows where it is kept.
std::string missing_key_text(const store::BackupNote& note, const std::string& data_dir) {
  if (!note.sealed_under) return "";
  if (note.mode == "production") {
    return fmt::format("Before a server starts, name the file of that key with master_key_file.\n");
  }
  const std::string own = data_dir + "/master.key";
  if (runtime::file_exists(own)) return "";
  return fmt::format(
      "Before a server starts, put the original's master.key there: {} (chmod 600), or name its "
      "file with master_key_file.\n",
      own);
}

boost::json::object view_of(const store::BackupNote& note) {
  return {{"mode", note.mode},
          {"made_at", note.made_at},
          {"version", note.version},
          {"master_key", note.sealed_under.value_or("")}};
}

Result<void> back_up(const Shared& shared, const BackupCommand& command) {
  const auto sandbox = runtime::mode_of_existing_data_dir(shared.data_dir);
  if (!sandbox) return fail(sandbox.error());
  const auto look = store::look_at_store_lock(shared.data_dir);
  if (!look) return fail(look.error());
  const SystemClocks clocks;
  store::BackupOrder order;
  order.store = shared.data_dir + "/favorhook.db";
  order.held = look->holder.empty() ? store::Held::no : store::Held::by_another;
  order.note.mode = *sandbox ? "sandbox" : "production";
  order.note.made_at = to_rfc3339(clocks.wall(), Precision::millis);
  order.note.version = FAVORHOOK_VERSION;
  order.replaces = command.force;
  order.after_part = [] { std::this_thread::sleep_for(limits::kBackupPause); };
  const auto made = store::back_up_sqlite_store(order, command.file);
  if (!made) return fail(made.error());

  std::error_code ignored;
  const auto bytes = std::filesystem::file_size(command.file, ignored);
  if (shared.json) {
    boost::json::object view = view_of(*made);
    view["file"] = command.file;
    view["bytes"] = bytes;
    view["held_by"] = look->holder;
    print_json(view);
  } else {
    fmt::print("{}: {} bytes; {}\n", command.file, bytes, key_text(*made));
  }
  return {};
}

Result<void> restore(const Shared& shared, const RestoreCommand& command) {
  const auto note = runtime::restore_data_dir(command.file, shared.data_dir, command.key_file);
  if (!note) return fail(note.error());
  if (shared.json) {
    boost::json::object view = view_of(*note);
    view["data"] = shared.data_dir;
    print_json(view);
  } else {
    fmt::print("{}: a {} data directory as of {}; {}\n", shared.data_dir, note->mode, note->made_at,
               key_text(*note));
    fmt::print("{}", missing_key_text(*note, shared.data_dir));
  }
  return {};
}

}  // namespace

void add_backup(CommandLine& app, Shared& shared) {
  CommandLine backup = app.command("backup", "the store into one file, also while it is used");
  const auto command = std::make_shared<BackupCommand>();
  backup.option("file", command->file, "the file to make").required();
  backup.flag("--force", command->force, "replace a file of that name");
  backup.action([&shared, command] { shared.finish(back_up(shared, *command)); });
}

void add_restore(CommandLine& app, Shared& shared) {
  CommandLine command_line = app.command("restore", "a new data directory from a backup");
  const auto command = std::make_shared<RestoreCommand>();
  command_line.option("file", command->file, "the backup").required();
  command_line
      .option("--master-key", command->key_file,
              "becomes the new directory's master.key, for a sandbox")
      .value_name("FILE");
  command_line.action([&shared, command] { shared.finish(restore(shared, *command)); });
}

}  // namespace favorhook::cli
