// favorhook stock create|show: coupon stocks (protocol §3.2, §3.3).
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>

#include "apiv3/json.h"
#include "base/time_text.h"
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

void add_terms(CLI::App& create, StockOptions& options) {
  StockTerms& terms = options.terms;
  CLI::Option* file = create.add_option(
      "--file", options.file, "the whole body as JSON; out_request_no is made where it has none");
  const std::vector<CLI::Option*> others = {
      create.add_option("--name", terms.name, "stock_name")->capture_default_str(),
      create.add_option("--goods", terms.goods, "goods_name")->capture_default_str(),
      create.add_option("--comment", terms.comment, "comment"),
      create.add_option("--type", terms.type, "NORMAL, DISCOUNT or EXCHANGE")
          ->check(CLI::IsMember({"NORMAL", "DISCOUNT", "EXCHANGE"}))
          ->capture_default_str(),
      create.add_option("--code-mode", terms.code_mode, "WECHATPAY_MODE or MERCHANT_API")
          ->check(CLI::IsMember({"WECHATPAY_MODE", "MERCHANT_API", "MERCHANT_UPLOAD"}))
          ->capture_default_str(),
      create.add_option("--belong-merchant", terms.belong_merchant, "default: the caller"),
      create.add_option("--max-coupons", terms.max_coupons, "in all")->capture_default_str(),
      create.add_option("--per-user", terms.max_coupons_per_user, "for one user")
          ->capture_default_str(),
      create.add_option("--discount-amount", terms.discount_amount, "NORMAL: fen off")
          ->capture_default_str(),
      create.add_option("--discount-percent", terms.discount_percent, "DISCOUNT: 88 = pay 88 %")
          ->capture_default_str(),
      create.add_option("--exchange-price", terms.exchange_price, "EXCHANGE: fen")
          ->capture_default_str(),
      create.add_option("--minimum", terms.transaction_minimum, "transaction_minimum, fen")
          ->capture_default_str(),
      create.add_option("--begin", options.begin, "start of the validity; default: now"),
      create.add_option("--days", terms.days, "length of the validity")->capture_default_str(),
      create.add_option("--notify-appid", terms.notify_appid,
                        "notifications name the user under this appid"),
      create.add_option("--out-request-no", terms.out_request_no, "default: a fresh one"),
  };
  for (CLI::Option* other : others) file->excludes(other);
}

}  // namespace

void add_stock(CLI::App& app, Shared& shared) {
  CLI::App* command = app.add_subcommand("stock", "create or show a coupon stock");
  command->require_subcommand(1);
  const auto options = std::make_shared<StockOptions>();

  CLI::App* create = command->add_subcommand("create", "create a stock");
  add_call_options(*create, options->call);
  add_terms(*create, *options);
  create->callback([&shared, options] { create_stock(shared, *options); });

  CLI::App* show = command->add_subcommand("show", "show a stock");
  add_call_options(*show, options->call);
  show->add_option("stock_id", options->stock_id, "as stock create printed it")->required();
  show->callback([&shared, options] { show_stock(shared, *options); });
}

}  // namespace favorhook::cli
