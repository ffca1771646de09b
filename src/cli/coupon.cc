// favorhook coupon send: issues a coupon to a user (protocol §3.11).
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

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

void add_coupon(CLI::App& app, Shared& shared) {
  CLI::App* command = app.add_subcommand("coupon", "issue coupons");
  command->require_subcommand(1);
  const auto options = std::make_shared<CouponOptions>();

  CLI::App* send = command->add_subcommand("send", "send a coupon of a stock to a user");
  add_call_options(*send, options->call);
  send->add_option("--stock", options->stock_id, "stock_id")->required();
  send->add_option("--openid", options->openid, "the user under the appid")->required();
  send->add_option("--appid", options->appid, "an app of the merchant")->required();
  send->add_option("--out-request-no", options->out_request_no,
                   "the same number again gives the same coupon; default: a fresh one");
  send->add_option("--code", options->code, "coupon_code, where the stock is MERCHANT_API");
  send->callback([&shared, options] { send_coupon(shared, *options); });
}

}  // namespace favorhook::cli
