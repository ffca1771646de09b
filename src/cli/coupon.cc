// favorhook coupon send: issues a coupon to a user (protocol §3.11).
#include <boost/json/object.hpp>

#include "cli/command_line.h"
#include "cli/signed_call.h"

namespace favorhook::cli {
namespace {

struct CouponOptions {
  CallOptions call;
  std::string stock_id;
  std::string openid;
  std::string appid;
  std::string out_request_no;
  std::string code;
};

void send_coupon(Shared& shared, const CouponOptions& options) {
  const std::string request_no =
      options.out_request_no.empty() ? fresh_request_no("coupon_") : options.out_request_no;
  boost::json::object body = {{"stock_id", options.stock_id},
                              {"openid", options.openid},
                              {"appid", options.appid},
                              {"out_request_no", request_no}};
  if (!options.code.empty()) body["coupon_code"] = options.code;
  post_and_show(shared, options.call, "/v3/marketing/busifavor/coupons/send", body);
}

}  // namespace

void add_coupon(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("coupon", "issue coupons");
  command.requires_command();
  const auto options = std::make_shared<CouponOptions>();

  CommandLine send = command.command("send", "send a coupon of a stock to a user");
  add_call_options(send, options->call);
  send.option("--stock", options->stock_id, "stock_id").required();
  send.option("--openid", options->openid, "the user under the appid").required();
  send.option("--appid", options->appid, "an app of the merchant").required();
  send.option("--out-request-no", options->out_request_no,
              "the same number again gives the same coupon; default: a fresh one");
  send.option("--code", options->code, "coupon_code, where the stock is MERCHANT_API");
  send.action([&shared, options] { send_coupon(shared, *options); });
}

}  // namespace favorhook::cli
