#include "sim/disk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/probe.h"

namespace favorhook::sim {
namespace {

constexpr std::size_t kSector = 512;

void apply(std::string& image, std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  if (image.size() < offset + bytes.size()) image.resize(offset + bytes.size());
  image.replace(offset, bytes.size(), bytes);
}

void apply(std::string& image, const DiskChange& change) {
  if (change.truncates) return image.resize(change.offset);
  apply(image, change.offset, change.bytes);
}

}  // namespace

Disk::Disk(const Disk& other) : random_(0) {
  for (const auto& [name, file] : other.files_) {
    if (!file->exists) continue;
    files_.emplace(name, std::make_unique<DiskFile>(name, true, false, file->seen, file->seen));
  }
}

DiskFile* Disk::open(std::string_view name, bool make) {
  if (stopped_) return nullptr;
  const auto found = files_.find(name);
  if (found != files_.end() && found->second->exists) return found->second.get();
  if (!make) return nullptr;
  if (found != files_.end()) {
    found->second->exists = found->second->fresh = true;
    return found->second.get();
  }
  auto file = std::make_unique<DiskFile>(std::string(name), true);
  return files_.emplace(name, std::move(file)).first->second.get();
}

bool Disk::exists(std::string_view name) const {
  const auto found = files_.find(name);
  return found != files_.end() && found->second->exists;
}

DiskEnd Disk::read(const DiskFile& file, std::uint64_t offset, std::size_t size,
                   std::string& bytes) {
  if (stopped_ || strikes(faults.read_fails_one_in)) return DiskEnd::failed;
  bytes = offset < file.seen.size() ? file.seen.substr(offset, size) : std::string();
  return DiskEnd::done;
}

Disk::Strike Disk::next_operation() {
  ++operations_;
  const bool planned = operations_ == planned_.first;
  if (!planned && !strikes(faults.stop_one_in)) return Strike::none;
  const DiskStop kind = planned                ? planned_.second
                        : random_.below(3) > 0 ? DiskStop::power
                                               : DiskStop::process;
  stop(kind);
  constexpr std::array kStrikes = {Strike::before, Strike::during, Strike::after};
  return kStrikes[random_.below(kStrikes.size())];
}

DiskEnd Disk::write(DiskFile& file, std::uint64_t offset, std::string_view bytes) {
  if (stopped_) return DiskEnd::failed;
  const Strike strike = next_operation();
  if (strike == Strike::before) return DiskEnd::failed;
  DiskEnd end = strike == Strike::none ? DiskEnd::done : DiskEnd::failed;
  if (end == DiskEnd::done && strikes(faults.write_fails_one_in)) end = DiskEnd::failed;
  if (end == DiskEnd::done && faults.full && offset + bytes.size() > file.seen.size()) {
    end = DiskEnd::full;
  }
  if (end != DiskEnd::done && strike != Strike::after) {
    bytes = bytes.substr(0, random_.below(bytes.size() + 1));
  }
  apply(file.seen, offset, bytes);
  file.unsynced.push_back({offset, std::string(bytes)});
  return end;
}

DiskEnd Disk::truncate(DiskFile& file, std::uint64_t size) {
  if (stopped_) return DiskEnd::failed;
  const Strike strike = next_operation();
  if (strike == Strike::before) return DiskEnd::failed;
  file.seen.resize(size);
  file.unsynced.push_back({size, {}, true});
  return strike == Strike::none ? DiskEnd::done : DiskEnd::failed;
}

DiskEnd Disk::sync(DiskFile& file) {
  if (stopped_) return DiskEnd::failed;
  during_sync();
  if (stopped_) return DiskEnd::failed;
  const Strike strike = next_operation();
  if (strike == Strike::before || strike == Strike::during) return DiskEnd::failed;
  const bool fails = strike == Strike::none && strikes(faults.sync_fails_one_in);
  if (fails) log_info("sim_sync_failed", {{"file", file.name}, {"operation", operations_}});
  for (const DiskChange& change : file.unsynced) {
    if (fails && random_.one_in(2)) continue;  // lost: clean in the cache, and not on the disk
    apply(file.durable, change);
  }
  file.unsynced.clear();
  if (!fails && std::exchange(file.fresh, false)) sync_folder();
  return fails || strike == Strike::after ? DiskEnd::failed : DiskEnd::done;
}

DiskEnd Disk::remove(std::string_view name, bool durably) {
  if (stopped_) return DiskEnd::failed;
  const Strike strike = next_operation();
  if (strike == Strike::before || !exists(name)) return DiskEnd::failed;
  DiskFile& file = *files_.find(name)->second;
  file.exists = false;
  file.seen.clear();
  if (durably) {
    file.durable.clear();
    file.unsynced.clear();
  } else {
    file.unsynced.push_back({0, {}, true});
  }
  return strike == Strike::none ? DiskEnd::done : DiskEnd::failed;
}

// Removals are durable.
void Disk::sync_folder() {
  for (auto& [name, file] : files_) {
    if (file->exists) continue;
    file->durable.clear();
    file->unsynced.clear();
  }
}

void Disk::stop(DiskStop kind) {
  if (!stopped_) stopped_ = kind;
}

void Disk::restart() {
  CHECK(stopped_);
  if (*stopped_ == DiskStop::power) {
    for (auto& [name, file] : files_) cut(*file);
  }
  stopped_.reset();
}

// Nothing, everything, the first ones, or any of them in any order, some torn.
void Disk::cut(DiskFile& file) {
  std::vector<DiskChange> changes = std::exchange(file.unsynced, {});
  if (!changes.empty()) probe("sim.power_cut_with_unsynced_writes");
  switch (random_.below(4)) {
    case 0:
      changes.clear();
      break;
    case 1:
      break;
    case 2:
      changes.resize(random_.below(changes.size() + 1));
      break;
    default:
      for (std::size_t i = changes.size(); i > 1; --i) {
        std::swap(changes[i - 1], changes[random_.below(i)]);
      }
      std::erase_if(changes, [this](const DiskChange&) { return random_.one_in(3); });
  }
  const bool tears = random_.one_in(2);
  for (const DiskChange& change : changes) {
    if (tears && !change.truncates && random_.one_in(3)) {
      probe("sim.torn_write");
      apply_torn(file.durable, change);
    } else {
      apply(file.durable, change);
    }
  }
  file.seen = file.durable;
  // A name whose file was never written is gone as well.
  file.exists = !file.seen.empty();
}

void Disk::apply_torn(std::string& image, const DiskChange& change) {
  const std::string_view bytes = change.bytes;
  if (random_.one_in(3)) {
    return apply(image, change.offset, bytes.substr(0, random_.below(bytes.size() + 1)));
  }
  // Sectors by where they are in the file.
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t in_sector = (change.offset + at) % kSector;
    const std::size_t size = std::min(kSector - in_sector, bytes.size() - at);
    if (random_.one_in(2)) apply(image, change.offset + at, bytes.substr(at, size));
    at += size;
  }
}

}  // namespace favorhook::sim
