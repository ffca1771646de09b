// favorhook key: the master key under which the secrets of a data directory are sealed.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cstdio>
#include <filesystem>

#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "runtime/files.h"
#include "runtime/master_key.h"
#include "store/lock.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::cli {
namespace {

using VaultHandle = std::shared_ptr<const crypto::Vault>;

struct RotateOptions {
  std::string from;
  std::string to;
};

Result<void> make(const Shared& shared, const std::string& out) {
  const crypto::MasterKey key = crypto::MasterKey::generate();
  std::string text = key.to_text();
  if (!out.empty()) {
    if (runtime::file_exists(out)) return fail("{} exists already", out);
    text += '\n';
    auto written = runtime::write_file(out, text);
    crypto::wipe(text);
    if (!written) return written;
    if (shared.json) {
      print_json(boost::json::object{{"id", key.id()}, {"file", out}});
    } else {
      fmt::print("{}   the master key {}: keep a copy where the data is not\n", out, key.id());
    }
    return {};
  }
  if (shared.json) {
    print_json(boost::json::object{{"id", key.id()}, {"key", text}});
  } else {
    fmt::print("{}\n", text);
  }
  crypto::wipe(text);
  return {};
}

// Where the key in force is looked for: the file that the command names, else as the server does.
Result<runtime::MasterKeyPlaces> places_of(const RotateOptions& options) {
  auto places = runtime::master_key_places();
  if (places && !options.from.empty()) places->file = options.from;
  return places;
}

Result<VaultHandle> vault_in(const std::string& file) {
  const auto key = runtime::read_key_file(file);
  if (!key) return fail(key.error());
  return std::make_shared<const crypto::Vault>(*key);
}

// The key in force; the next one where an earlier try got so far.
crypto::VaultSource present_key(const runtime::DataDir& data, const RotateOptions& options,
                                const runtime::MasterKeyPlaces& places) {
  return [&](const std::optional<std::string>& sealed_under) -> Result<VaultHandle> {
    if (!options.to.empty()) {
      auto next = vault_in(options.to);
      if (!next || sealed_under == (*next)->key_id()) return next;
    }
    return runtime::vault_source(data, places)(sealed_under);
  };
}

// The operator's file; a sandbox that has a key of its own makes another.
crypto::VaultSource next_key(const runtime::DataDir& data, const RotateOptions& options,
                             const runtime::MasterKeyPlaces& places) {
  return [&](const std::optional<std::string>&) -> Result<VaultHandle> {
    if (!options.to.empty()) return vault_in(options.to);
    if (!data.sandbox || !places.file.empty() || places.given || !places.credential.empty()) {
      return fail("name the file of the next master key with --to");
    }
    const crypto::MasterKey key = crypto::MasterKey::generate();
    if (auto kept = runtime::keep_next_key(data, key); !kept) return fail(kept.error());
    return std::make_shared<const crypto::Vault>(key);
  };
}

// Everything is sealed under the next key: the sandbox's own gives way, unless it is the next one.
Result<void> finish(const runtime::DataDir& data, const RotateOptions& options) {
  if (options.to.empty()) return runtime::replace_own_key(data);
  const std::string own = data.file(runtime::kOwnKeyFile);
  std::error_code ignored;
  if (std::filesystem::equivalent(own, options.to, ignored)) return {};
  return runtime::remove_file(own);
}

Result<runtime::DataDir> open_existing(const std::string& path) {
  const auto sandbox = runtime::mode_of_existing_data_dir(path);
  if (!sandbox) return fail(sandbox.error());
  return runtime::open_data_dir(path, *sandbox);
}

Result<store::StoreLock> hold_store(const std::string& dir) {
  auto lock = store::take_store_lock(dir, "favorhook key rotate-master");
  if (lock) return lock;
  const auto look = store::look_at_store_lock(dir);
  const bool held = look && !look->holder.empty();
  return held ? fail("{}; stop it to rotate the master key", lock.error().what)
              : fail(std::move(lock.error()));
}

Result<void> rotate(const Shared& shared, const RotateOptions& options) {
  const auto places = places_of(options);
  if (!places) return fail(places.error());
  const auto data = open_existing(shared.data_dir);
  if (!data) return fail(data.error());
  const auto lock = hold_store(data->path);
  if (!lock) return fail(lock.error());
  std::string from, to;
  const auto noting = [](std::string& id, const crypto::VaultSource& source) {
    return [&id, source](const std::optional<std::string>& sealed_under) {
      auto vault = source(sealed_under);
      if (vault) id = (*vault)->key_id();
      return vault;
    };
  };
  const auto count =
      store::reseal_sqlite_store({.path = data->file("favorhook.db"),
                                  .vault = noting(from, present_key(*data, options, *places))},
                                 noting(to, next_key(*data, options, *places)));
  if (!count) return fail(count.error());
  if (auto finished = finish(*data, options); !finished) return finished;
  if (shared.json) {
    print_json(boost::json::object{{"from", from}, {"to", to}, {"secrets", *count}});
  } else if (from == to) {
    fmt::print("everything is sealed under the master key {} already\n", to);
  } else {
    fmt::print("{} secrets are sealed under the master key {} now, and {} opens none of them\n",
               *count, to, from);
  }
  return {};
}

}  // namespace

void add_key(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("key", "the master key, which seals the others at rest");
  command.requires_command();
  CommandLine made = command.command("new", "make a master key");
  const auto out = std::make_shared<std::string>();
  made.option("--out", *out, "a new file, readable by its owner only [standard output]")
      .value_name("FILE");
  made.action([&shared, out] { shared.finish(make(shared, *out)); });

  CommandLine rotated = command.command(
      "rotate-master", "seal everything under another master key, while no server runs");
  const auto options = std::make_shared<RotateOptions>();
  rotated.option("--from", options->from, "the key in force [where the server finds it]")
      .value_name("FILE");
  rotated
      .option("--to", options->to, "the next key [a new master.key, in a sandbox that has its own]")
      .value_name("FILE");
  rotated.action([&shared, options] { shared.finish(rotate(shared, *options)); });
}

}  // namespace favorhook::cli
