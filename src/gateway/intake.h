// The way of one request, from its bytes to its answer.
//
//   auto intake = std::make_shared<Intake>(std::move(deps), options);
//   intake->take(request, std::move(respond));
//
// Thread safety: its executor's thread only. Ownership: a request in the commit queue keeps its
// Intake alive. Errors: every outcome is an answer.
#pragma once

#include <memory>

#include "gateway/gateway.h"
#include "gateway/handlers/handlers.h"
#include "gateway/routes.h"

namespace favorhook::gateway {

class Intake : public std::enable_shared_from_this<Intake> {
 public:
  Intake(GatewayDeps deps, GatewayOptions options);
  void take(const HttpRequest& request, Respond respond);

 private:
  // What is needed to answer, however late the outcome comes.
  struct Pending {
    Respond respond;
    MonotonicTime began;
    std::shared_ptr<const coupon::Directory> directory;  // owns the key
    const coupon::PlatformKey* key = nullptr;            // null: not authenticated, not signed
  };

  void dispatch(const Match& match, const Call& call, Pending pending);
  void submit(coupon::Command command, const CommandHandler& handler, Pending pending);
  void finish(Pending pending, Body body);

  GatewayDeps deps_;
  GatewayOptions options_;
  Services services_;
  coupon::DirectoryReader directory_;
  coupon::PlatformSigners signers_;
};

}  // namespace favorhook::gateway
