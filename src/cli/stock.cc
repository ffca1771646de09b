// favorhook stock create|show: coupon stocks (protocol §3.2, §3.3).
#include <boost/json/object.hpp>

#include "apiv3/json.h"
#include "base/time_text.h"
#include "cli/command_line.h"
#include "cli/merchant_files.h"
#include "cli/signed_call.h"
#include "cli/stock_terms.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

constexpr const char* kTarget = "/v3/marketing/busifavor/stocks";

struct StockOptions {
  CallOptions call;
  StockTerms terms;
  std::string begin;
  std::string file;
  std::string stock_id;
};

// The file's JSON, with a request number of its own where it has none.
Result<boost::json::object> body_from_file(const std::string& path) {
  const auto text = runtime::read_file(path);
  if (!text) return fail(text.error());
  auto body = apiv3::parse_object(*text);
  if (!body) return fail("{} is no JSON object: {}", path, body.error().message);
  if (!body->contains("out_request_no")) (*body)["out_request_no"] = fresh_request_no("stock_");
  return std::move(*body);
}

Result<boost::json::object> body_from_terms(const Shared& shared, const StockOptions& options) {
  StockTerms terms = options.terms;
  if (terms.belong_merchant.empty()) {
    const auto directory =
        find_merchant_directory(shared.data_dir, options.call.mchid, options.call.key_dir);
    if (!directory) return fail(directory.error());
    const auto files = read_merchant_files(*directory);
    if (!files) return fail(files.error());
    terms.belong_merchant = files->mchid;
  }
  if (terms.out_request_no.empty()) terms.out_request_no = fresh_request_no("stock_");
  terms.begin = SystemClocks().business();
  if (!options.begin.empty()) {
    const auto begin = business_from_rfc3339(options.begin);
    if (!begin) return fail("--begin {} is no time like 2026-01-02T03:04:05+08:00", options.begin);
    terms.begin = *begin;
  }
  return stock_body(terms);
}

void create_stock(Shared& shared, const StockOptions& options) {
  const auto body =
      options.file.empty() ? body_from_terms(shared, options) : body_from_file(options.file);
  if (!body) return shared.failed(body.error());
  post_and_show(shared, options.call, kTarget, *body);
}

void show_stock(Shared& shared, const StockOptions& options) {
  call_and_show(shared, options.call, {"GET", kTarget + ("/" + options.stock_id), ""});
}

void add_terms(CommandLine& create, StockOptions& options) {
  StockTerms& terms = options.terms;
  Option file = create.option("--file", options.file,
                              "the whole body as JSON; out_request_no is made where it has none");
  const std::vector<Option> others = {
      create.option("--name", terms.name, "stock_name").shows_default(),
      create.option("--goods", terms.goods, "goods_name").shows_default(),
      create.option("--comment", terms.comment, "comment"),
      create.option("--type", terms.type, "NORMAL, DISCOUNT or EXCHANGE")
          .one_of({"NORMAL", "DISCOUNT", "EXCHANGE"})
          .shows_default(),
      create.option("--code-mode", terms.code_mode, "WECHATPAY_MODE or MERCHANT_API")
          .one_of({"WECHATPAY_MODE", "MERCHANT_API", "MERCHANT_UPLOAD"})
          .shows_default(),
      create.option("--belong-merchant", terms.belong_merchant, "default: the caller"),
      create.option("--max-coupons", terms.max_coupons, "in all").shows_default(),
      create.option("--per-user", terms.max_coupons_per_user, "for one user").shows_default(),
      create.option("--discount-amount", terms.discount_amount, "NORMAL: fen off").shows_default(),
      create.option("--discount-percent", terms.discount_percent, "DISCOUNT: 88 = pay 88 %")
          .shows_default(),
      create.option("--exchange-price", terms.exchange_price, "EXCHANGE: fen").shows_default(),
      create.option("--minimum", terms.transaction_minimum, "transaction_minimum, fen")
          .shows_default(),
      create.option("--begin", options.begin, "start of the validity; default: now"),
      create.option("--days", terms.days, "length of the validity").shows_default(),
      create.option("--notify-appid", terms.notify_appid,
                    "notifications name the user under this appid"),
      create.option("--out-request-no", terms.out_request_no, "default: a fresh one"),
  };
  for (const Option& other : others) file.excludes(other);
}

}  // namespace

void add_stock(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("stock", "create or show a coupon stock");
  command.requires_command();
  const auto options = std::make_shared<StockOptions>();

  CommandLine create = command.command("create", "create a stock");
  add_call_options(create, options->call);
  add_terms(create, *options);
  create.action([&shared, options] { create_stock(shared, *options); });

  CommandLine show = command.command("show", "show a stock");
  add_call_options(show, options->call);
  show.option("stock_id", options->stock_id, "as stock create printed it").required();
  show.action([&shared, options] { show_stock(shared, *options); });
}

}  // namespace favorhook::cli
