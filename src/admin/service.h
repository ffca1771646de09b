// The operator's API: /admin/v1/…, JSON in and out, described in api/admin.yaml. Used over HTTP by
// the CLI and others, and in the process by the CLI where no server holds the store.
//
//   Service service(deps);
//   service.handle(request, respond);
//
// The bearer token is checked by whoever exposes it over HTTP (runtime/). No answer carries a
// private key, an APIv3 key or the token: clients make keys themselves and send what is public, or
// set what is secret. Thread safety: its executor's thread only. Errors: {"error": "…"} with 400,
// 404, 409 or 503. Limits: pages of at most kAdminPageMax.
#pragma once

#include <functional>
#include <memory>

#include "base/executor.h"
#include "base/http_message.h"
#include "coupon/directory.h"
#include "crypto/certificates.h"
#include "store/commit_queue.h"

namespace favorhook::admin {

// As delivery::Dispatcher makes it; empty where nothing is delivered (the CLI without a server).
using MakeResend = std::function<std::unique_ptr<store::Work>(
    std::int64_t event_seq,
    std::move_only_function<void(Result<std::optional<coupon::Event>>)> done)>;

struct ServiceDeps {
  store::CommitQueue& queue;
  std::unique_ptr<store::Reader> reader;
  const coupon::DirectoryHolder& directory;
  const crypto::CertificateAuthority& authority;
  const Clocks& clocks;
  Random& random;
  Executor& executor;
  MakeResend make_resend;
  // An attempt's verdict in a sentence: delivery/judge.h's explain, which admin/ may not know.
  std::function<std::string(const store::Attempt&)> explain;
  bool sandbox = false;
};

class Service {
 public:
  explicit Service(ServiceDeps deps);
  void handle(HttpRequest request, Respond respond);

 private:
  std::shared_ptr<ServiceDeps> deps_;
};

}  // namespace favorhook::admin
