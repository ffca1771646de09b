// Who is who in the simulation: merchants with keys and certificates, the platform's keys, and how
// a merchant signs its requests and checks what it gets. Made anew for each run but for the keys,
// which cost the most and decide nothing.
//
//   Platform platform(workload);
//   HttpRequest request = platform.signed_request(mchid, "POST", target, body, now);
//   platform.open(post_order, seen);
//
// Most runs sign the platform's answers and notifications with a cheap stand-in for RSA. One
// thread.
#pragma once

#include <memory>
#include <string>

#include "base/http_message.h"
#include "base/transport.h"
#include "coupon/platform_signers.h"
#include "coupon/url_policy.h"
#include "sim/history.h"
#include "sim/workload.h"

namespace favorhook::sim {

std::string mchid_of(std::size_t merchant);  // of the workload's list
inline constexpr const char* kAppid = "wx00000000000000a1";
// The host that the egress policy refuses.
inline constexpr const char* kRefusedUrl = "https://refused.sim/notify";

class SimUrlPolicy final : public coupon::UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> host_refused(std::string_view url) const override;
};

class Platform {
 public:
  explicit Platform(const Workload& workload);

  const coupon::DirectoryHolder& directory() const { return *directory_; }
  coupon::DirectoryHolder& directory() { return *directory_; }
  coupon::SignerFactory signers() const;

  HttpRequest signed_request(const std::string& mchid, std::string method, std::string target,
                             std::string body, WallTime now) const;
  // What a merchant does with a POST: verify, open, read the coupon's code; or say what is wrong.
  void open(const PostOrder& order, SeenPost& seen) const;

 private:
  bool real_signatures_;
  std::unique_ptr<coupon::DirectoryHolder> directory_;
};

}  // namespace favorhook::sim
