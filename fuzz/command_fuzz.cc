// From a request that passed authentication to its command (gateway/routes.h and the handlers). An
// input is "METHOD TARGET", a line feed, and the body.
//
// A refusal's answer is JSON in the documented shape. A command holds no member over a bound, by a
// second reading of the field tables; it is the same for the same members in another order and
// spelling; what is kept of it reads and writes to itself.
#include <algorithm>
#include <variant>

#include "apiv3/json.h"
#include "base/limits.h"
#include "fuzz/field_reference.h"
#include "fuzz/input.h"
#include "fuzz/properties.h"
#include "gateway/routes.h"
#include "net/egress.h"

namespace favorhook::fuzz {
namespace {

namespace json = boost::json;
using coupon::CreateStock;
using coupon::SendCoupon;
using coupon::SetCallback;

// A store in which every merchant has a callback, and one stock is.
class FewRows final : public store::Reader {
 public:
  Result<std::optional<coupon::Callback>> callback(std::string_view mchid) override {
    coupon::Callback found;
    found.mchid = mchid;
    found.notify_url = "https://shop.example/notify";
    return found;
  }
  Result<std::optional<coupon::Stock>> stock(std::string_view stock_id) override {
    if (stock_id != "1000000001") return std::nullopt;
    coupon::Stock found;
    found.stock_id = stock_id;
    found.creator_mchid = "1900000001";
    found.belong_merchant = "1900000001";
    found.terms_json = R"({"stock_name":"5"})";
    return found;
  }
  Result<coupon::StockCount> stock_count(std::string_view) override { return coupon::StockCount{}; }
  Result<std::vector<coupon::Event>> events(const store::EventFilter&) override {
    return fail("-");
  }
  Result<std::optional<coupon::Event>> event(std::string_view) override { return fail("-"); }
  Result<std::vector<store::Attempt>> attempts(std::int64_t) override { return fail("-"); }
  Result<std::vector<store::EventCount>> event_counts() override { return fail("-"); }
  Result<void> scan(const store::ScanVisitor&) override { return fail("-"); }
  std::vector<std::string> damage(std::size_t) override { return {}; }
};

class StillClocks final : public Clocks {
 public:
  WallTime wall() const override { return WallTime(Millis(1'779'254'975'120)); }
  BusinessTime business() const override { return BusinessTime(Millis(1'779'254'975'120)); }
  MonotonicTime monotonic() const override { return {}; }
};

class SameRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, std::uint8_t(7)); }
};

// Everything that handlers are given, made once.
struct Platform {
  Platform() {
    coupon::Merchant merchant;
    merchant.mchid = "1900000001";
    merchant.api_send = true;
    merchant.apiv3_key = "0123456789abcdef0123456789ABCDEF";
    directory.emplace(std::vector{merchant}, std::vector<coupon::PlatformKey>(),
                      std::map<std::string, std::string, std::less<>>());
  }

  FewRows reader;
  StillClocks clocks;
  SameRandom random;
  net::Egress egress{{.mode = net::EgressMode::sandbox}};
  gateway::GatewayOptions options;
  std::optional<coupon::Directory> directory;
  gateway::Services services{reader, egress, clocks, random, options};
};

Platform& platform() {
  static Platform made;
  return made;
}

gateway::Call call_of(const HttpRequest& request, const gateway::Match& match) {
  const coupon::Directory& directory = *platform().directory;
  return {request, match.parameter, directory, *directory.find("1900000001")};
}

// All that a command says, as text.
std::string text_of(const coupon::Command& command) {
  if (const auto* set = std::get_if<SetCallback>(&command)) {
    return set->caller + "\n" + set->mchid + "\n" + set->notify_url;
  }
  if (const auto* send = std::get_if<SendCoupon>(&command)) {
    return send->stock_id + "\n" + send->openid + "\n" + send->appid + "\n" + send->out_request_no +
           "\n" + send->coupon_code + "\n" + send->request_digest;
  }
  const auto& stock = std::get<CreateStock>(command).stock;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", stock.belong_merchant,
                     stock.out_request_no, stock.request_digest, stock.terms_json,
                     unix_millis(stock.available_begin_time), unix_millis(stock.available_end_time),
                     stock.max_coupons, stock.max_coupons_per_user, stock.max_coupons_by_day,
                     stock.discount_amount_fen, stock.notify_appid);
}

// The same members from last to first.
json::value reversed(const json::value& value) {
  if (const auto* items = value.if_array()) {
    json::array out;
    for (const json::value& item : *items) out.push_back(reversed(item));
    return out;
  }
  const auto* members = value.if_object();
  if (members == nullptr) return value;
  json::object out;
  for (auto at = members->end(); at != members->begin();) {
    --at;
    out.emplace(at->key(), reversed(at->value()));
  }
  return out;
}

void check_command(const coupon::Command& command) {
  if (const auto* set = std::get_if<SetCallback>(&command)) {
    CHECK(equal_ignoring_case(set->notify_url.substr(0, 8), "https://"));
    CHECK(set->notify_url.size() <= limits::kNotifyUrlMax);
    CHECK(std::ranges::all_of(set->notify_url, [](char c) { return c > ' ' && c < 0x7f; }));
    CHECK(!platform().egress.text_fault(set->notify_url));
    return;
  }
  if (const auto* create = std::get_if<CreateStock>(&command)) {
    const json::value terms = check_json(create->stock.terms_json);
    CHECK(!terms.get_object().contains("out_request_no"));
    CHECK(create->stock.max_coupons > 0 && create->stock.max_coupons_per_user > 0);
  }
}

void check_taken(const gateway::Route& route, const gateway::CommandHandler& handler,
                 const gateway::Match& match, const HttpRequest& request,
                 const coupon::Command& command) {
  const auto body = apiv3::parse_object(request.body);
  CHECK(body);
  CHECK(depth_of(*body) <= limits::kJsonDepthMax);
  check_against(route.fields.body, *body);
  check_command(command);
  if (has_real(*body)) return;
  HttpRequest again = request;
  for (const std::string& spelling :
       {apiv3::to_sorted_json(*body), apiv3::to_ordered_json(reversed(*body))}) {
    again.body = spelling;
    const auto same = handler.command(call_of(again, match), platform().services);
    CHECK(same && text_of(*same) == text_of(command));
  }
}

void run(const HttpRequest& request) {
  const auto match = gateway::find_route(request.method, target_path(request.target));
  if (!match) return check_refusal(match.error());
  const gateway::Route& route = *match->route;
  const gateway::Call call = call_of(request, *match);
  if (const auto* read = std::get_if<gateway::ReadHandler>(&route.handler)) {
    const gateway::Body body = (*read)(call, platform().services);
    if (!body) return check_refusal(body.error());
    check_json(*body);
    return;
  }
  const auto& handler = std::get<gateway::CommandHandler>(route.handler);
  const auto command = handler.command(call, platform().services);
  if (!command) return check_refusal(command.error());
  check_taken(route, handler, *match, request, *command);
}

}  // namespace
}  // namespace favorhook::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace favorhook;
  fuzz::Input input(data, size);
  HttpRequest request;
  std::string_view line = input.line();
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return -1;
  request.method = line.substr(0, space);
  request.target = line.substr(space + 1);
  request.body = input.rest();
  fuzz::run(request);
  return 0;
}
