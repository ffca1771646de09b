// Every endpoint's handler, one .cc each: the request to a command or a look, the outcome to a
// body; nothing else.
//
//   Body body = get_callback(call, services);                      // reads and answers
//   CommandOrRefusal command = set_callback(call, services);       // changes: first the command,
//   std::string body = callback_body(outcome, options);            // then its outcome
//
// Bodies are compact JSON with alphabetical keys (protocol §1.13). Thread safety: the gateway's
// executor. Errors: refusals from apiv3's table; a store that cannot be read is system_error.
#pragma once

#include <string>
#include <string_view>

#include "apiv3/errors.h"
#include "base/clocks.h"
#include "base/http_message.h"
#include "base/random.h"
#include "base/result.h"
#include "coupon/command.h"
#include "coupon/directory.h"
#include "coupon/url_policy.h"
#include "gateway/gateway.h"
#include "store/store.h"

namespace favorhook::gateway {

// One request that passed authentication.
struct Call {
  const HttpRequest& request;
  std::string_view parameter;  // of the path, raw
  const coupon::Directory& directory;
  const coupon::Merchant& caller;
};

struct Services {
  store::Reader& reader;
  const coupon::UrlPolicy& url_policy;
  const Clocks& clocks;
  Random& random;
  const GatewayOptions& options;
};

using Body = Result<std::string, apiv3::Refusal>;
using CommandOrRefusal = Result<coupon::Command, apiv3::Refusal>;

// POST /v3/marketing/busifavor/callbacks (protocol §3.9)
CommandOrRefusal set_callback(const Call& call, const Services& services);
std::string callback_body(const coupon::Outcome& outcome, const GatewayOptions& options);

// GET /v3/marketing/busifavor/callbacks (protocol §3.9)
Body get_callback(const Call& call, const Services& services);

// GET /v3/certificates (protocol §1.10)
Body get_certificates(const Call& call, const Services& services);

// POST /v3/marketing/busifavor/stocks (protocol §3.2)
CommandOrRefusal create_stock(const Call& call, const Services& services);
std::string stock_body(const coupon::Outcome& outcome, const GatewayOptions& options);

// GET /v3/marketing/busifavor/stocks/{stock_id} (protocol §3.3)
Body get_stock(const Call& call, const Services& services);

// POST /v3/marketing/busifavor/coupons/send (protocol §3.11)
CommandOrRefusal send_coupon(const Call& call, const Services& services);
std::string coupon_body(const coupon::Outcome& outcome, const GatewayOptions& options);

}  // namespace favorhook::gateway
