// A request's way in: authenticate, route, handle, sign the answer. One Gateway a loop.
//
//   Gateway gateway(deps, options);
//   gateway.handle(request, std::move(respond));   // in the server's handler of this loop
//
// The order of checks is the one observed on the real system (protocol §1.6): path, method, Accept
// and User-Agent, Authorization's form, timestamp, certificate, signature. Answers to what passed
// authentication are signed, business errors and 204 too; failures of authentication are not
// (§1.9). Every answer carries Request-ID. Thread safety: its executor's thread only. Ownership:
// the Gateway outlives its requests. Errors: every outcome is an answer in the wire's shape; a full
// commit queue is 503 SERVICE_UNAVAILABLE. Limits: limits.h.
#pragma once

#include <memory>
#include <string>

#include "apiv3/errors.h"
#include "base/executor.h"
#include "base/http_message.h"
#include "base/metrics.h"
#include "coupon/platform_signers.h"
#include "coupon/url_policy.h"
#include "store/commit_queue.h"

namespace favorhook::gateway {

struct GatewayOptions {
  apiv3::Wire wire = apiv3::Wire::documented;
  bool update_time_millis = false;  // update_time as …35.120+08:00
  std::string base_path = {};       // "/wechat": routes are found below it too; signed as received
};

struct GatewayDeps {
  store::CommitQueue& queue;
  std::unique_ptr<store::Reader> reader;
  const coupon::DirectoryHolder& directory;
  const coupon::UrlPolicy& url_policy;
  const Clocks& clocks;
  Random& random;
  Executor& executor;
  Metrics& metrics;
  coupon::SignerFactory make_signer;
};

class Intake;  // intake.h

class Gateway {
 public:
  Gateway(GatewayDeps deps, GatewayOptions options);
  ~Gateway();
  // The request is needed during the call only.
  void handle(const HttpRequest& request, Respond respond);

 private:
  std::shared_ptr<Intake> intake_;
};

// The wire's answer to what is no HTTP request (net::Malformed): 400 in the wire's error shape,
// unsigned, with Request-ID.
HttpAnswer malformed_answer(apiv3::ErrorId id, WallTime now, Random& random);

}  // namespace favorhook::gateway
