// The merchants' receiver: a TLS server in a process of its own, which notes when each notification
// first arrived and can hold its answers back.
//
//   Receiver receiver = or_exit(Receiver::start(identity, keys));
//   receiver.hold(true);  …  receiver.hold(false);
//   receiver.notes().arrived_ns[number]
//
// It is started before this process has threads. It opens every notification and verifies the
// signature of each kVerifyEvery-th, so that the server has its core to itself. While it holds,
// POSTs are read and not answered; letting go answers those that still wait. Ownership: the
// destructor kills the process.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "favorhook/platform_keys.h"

namespace favorhook::bench {

inline constexpr int kVerifyEvery = 16;
inline constexpr std::size_t kNumbersMax = 256 * 1024;

// Shared memory of the two processes.
struct Notes {
  std::atomic<bool> hold{false};
  std::atomic<std::uint32_t> port{0};
  std::atomic<std::uint64_t> posts{0};
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<std::uint64_t> distinct{0};  // requests whose notification came, each counted once
  std::atomic<std::uint64_t> faults{0};    // did not open or verify
  // By the number at the end of the request's out_request_no; 0: not come.
  std::atomic<std::int64_t> arrived_ns[kNumbersMax];
};

struct ReceiverKeys {
  std::string chain_pem, key_pem;  // its TLS identity
  merchant::PlatformKeys platform;
  std::string apiv3_key;
};

class Receiver {
 public:
  static Result<Receiver> start(const ReceiverKeys& keys);
  Receiver(Receiver&& other) noexcept;
  Receiver& operator=(Receiver&&) = delete;
  ~Receiver();

  void hold(bool held) { notes_->hold = held; }
  const Notes& notes() const { return *notes_; }
  std::uint16_t port() const { return static_cast<std::uint16_t>(notes_->port.load()); }
  std::string url() const;

 private:
  Receiver() = default;
  pid_t pid_ = -1;
  Notes* notes_ = nullptr;
};

}  // namespace favorhook::bench
