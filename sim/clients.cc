#include "sim/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/check.h"

namespace favorhook::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* kCallbacks = "/v3/marketing/busifavor/callbacks";
constexpr const char* kStocks = "/v3/marketing/busifavor/stocks";
constexpr const char* kSend = "/v3/marketing/busifavor/coupons/send";
constexpr Millis kPatience = 3s;  // for an answer
constexpr Millis kBetweenTries = 500ms;
constexpr int kTriesMax = 1000;

std::string stock_body(const std::string& mchid, std::uint32_t max_coupons) {
  return fmt::format(
      R"({{"stock_name":"simulation","belong_merchant":"{}","goods_name":"all",)"
      R"("stock_type":"NORMAL","out_request_no":"stock-{}","coupon_code_mode":"WECHATPAY_MODE",)"
      R"("coupon_use_rule":{{"coupon_available_time":{{)"
      R"("available_begin_time":"2026-05-01T00:00:00+08:00",)"
      R"("available_end_time":"2026-05-31T23:59:59+08:00"}},)"
      R"("fixed_normal_coupon":{{"discount_amount":88,"transaction_minimum":100}},)"
      R"("use_method":"OFF_LINE"}},)"
      R"("stock_send_rule":{{"max_coupons":{},"max_coupons_per_user":100}}}})",
      mchid, mchid, max_coupons);
}

std::string member(const HttpAnswer& answer, std::initializer_list<const char*> path) {
  const boost::json::value body = boost::json::parse(answer.body);
  const boost::json::value* at = &body;
  for (const char* name : path) at = &at->as_object().at(name);
  return std::string(at->as_string());
}

}  // namespace

struct Clients::Request {
  std::string mchid;
  std::string method;
  std::string target;
  std::string body;
  Answered answered;
  Millis first_asked{0};
  int tries = 0;
  bool done = false;
};

Clients::Clients(const Workload& workload, Platform& platform, SimExecutor& executor,
                 const SimClocks& clocks, SimRandom& random, History& history, Reach reach)
    : workload_(workload),
      platform_(platform),
      executor_(executor),
      clocks_(clocks),
      random_(random),
      history_(history),
      reach_(std::move(reach)) {}

void Clients::set_up(std::size_t merchant) {
  const Setup setup = workload_.merchants[merchant].setup;
  if (setup == Setup::no_url) return create_stock(merchant);
  const std::string mchid = mchid_of(merchant);
  set_url(merchant, setup == Setup::host_refused ? kRefusedUrl : url_of_receiver(mchid, 0),
          [this, merchant] { create_stock(merchant); });
}

void Clients::set_url(std::size_t merchant, const std::string& url,
                      const std::function<void()>& done) {
  const std::string mchid = mchid_of(merchant);
  history_.beliefs[{"url", mchid}].submit(url);
  if (url == kRefusedUrl) {
    history_.reasons[mchid].insert(coupon::WithheldReason::host_refused);
  }
  setting_url_.insert(merchant);
  call(mchid, "POST", kCallbacks, fmt::format(R"({{"notify_url":"{}"}})", url),
       [=, this](const HttpAnswer& answer) {
         if (answer.status != 200) {
           history_.faults.push_back("a URL was refused: " + answer.body);
         }
         setting_url_.erase(merchant);
         history_.beliefs[{"url", mchid}].acknowledge(url, clocks_.elapsed());
         done();
       });
}

void Clients::change_url() {
  const std::size_t merchant = random_.below(workload_.merchants.size());
  const bool refused = random_.one_in(4);
  const Millis pause = random_.between(0s, 60s);
  const std::string mchid = mchid_of(merchant);
  const bool has_one = workload_.merchants[merchant].setup == Setup::complete &&
                       history_.beliefs.contains({"url", mchid});
  if (!has_one || setting_url_.contains(merchant)) return;
  if (random_.one_in(3)) return look_at_url(merchant);
  const std::string good = url_of_receiver(mchid, ++urls_);
  if (!refused) return set_url(merchant, good, [] {});
  set_url(merchant, kRefusedUrl,
          [=, this] { executor_.after(pause, [=, this] { set_url(merchant, good, [] {}); }); });
}

void Clients::look_at_url(std::size_t merchant) {
  const std::string mchid = mchid_of(merchant);
  call(mchid, "GET", kCallbacks, {}, [=, this](const HttpAnswer& answer) {
    const bool right = answer.status == 200 &&
                       history_.beliefs[{"url", mchid}].possible(member(answer, {"notify_url"}));
    if (!right) history_.faults.push_back("a URL that was never set is shown: " + answer.body);
  });
}

void Clients::create_stock(std::size_t merchant) {
  const std::string mchid = mchid_of(merchant);
  call(mchid, "POST", kStocks, stock_body(mchid, workload_.merchants[merchant].max_coupons),
       [this, merchant](const HttpAnswer& answer) {
         if (answer.status == 200) return send_coupons(merchant, member(answer, {"stock_id"}));
         history_.faults.push_back("a stock was refused: " + answer.body);
       });
}

// In bursts: some come one by one, some together.
void Clients::send_coupons(std::size_t merchant, const std::string& stock_id) {
  Millis at = random_.between(0ms, workload_.sending_time);
  for (std::uint32_t i = 0; i < workload_.merchants[merchant].coupons; ++i) {
    if (random_.one_in(4)) at = random_.between(0ms, workload_.sending_time);
    executor_.after(at, [this, mchid = mchid_of(merchant), stock_id, i] {
      send_coupon(mchid, stock_id, fmt::format("send-{}", i),
                  fmt::format("oSimulatedUser{:03}", random_.below(20)));
    });
  }
}

void Clients::send_coupon(const std::string& mchid, const std::string& stock_id,
                          const std::string& out_request_no, const std::string& openid) {
  const std::string body =
      fmt::format(R"({{"stock_id":"{}","openid":"{}","appid":"{}","out_request_no":"{}"}})",
                  stock_id, openid, kAppid, out_request_no);
  const Answered answered = [=, this](const HttpAnswer& answer) {
    coupon_answered(mchid, stock_id, out_request_no, answer);
  };
  call(mchid, "POST", kSend, body, answered);
  // An SDK that fails over sends a request twice without knowing whether the first arrived.
  if (random_.one_in(10)) {
    executor_.after(random_.between(0ms, 2s),
                    [=, this] { call(mchid, "POST", kSend, body, answered); });
  }
}

void Clients::coupon_answered(const std::string& mchid, const std::string& stock_id,
                              const std::string& out_request_no, const HttpAnswer& answer) {
  if (answer.status != 200) return;  // the stock has no more
  const std::string code = member(answer, {"send_coupon_result", "coupon_code"});
  const auto before = std::ranges::find_if(history_.acknowledged, [&](const Acknowledged& each) {
    return each.mchid == mchid && each.out_request_no == out_request_no;
  });
  if (before == history_.acknowledged.end()) {
    history_.acknowledged.push_back({clocks_.elapsed(), mchid, stock_id, out_request_no, code});
  } else if (before->coupon_code != code) {
    history_.faults.push_back("the same request got two coupons: " + out_request_no);
  }
}

void Clients::call(const std::string& mchid, std::string method, std::string target,
                   std::string body, Answered answered) {
  auto request = std::make_shared<Request>();
  request->mchid = mchid;
  request->method = std::move(method);
  request->target = std::move(target);
  request->body = std::move(body);
  request->answered = std::move(answered);
  request->first_asked = clocks_.elapsed();
  attempt(request);
}

// Again and again until there is an answer that another try would not change.
void Clients::attempt(const std::shared_ptr<Request>& request) {
  if (request->done) return;
  if (++request->tries > kTriesMax) {
    history_.faults.push_back("a request is never answered: " + request->target);
    return;
  }
  const HttpRequest message = platform_.signed_request(
      request->mchid, request->method, request->target, request->body, clocks_.wall());
  bool reached = true;
  if (!lost(workload_.request_lost_one_in)) {
    reached = reach_(message, [this, request](const HttpAnswer& answer) {
      if (!lost(workload_.answer_lost_one_in)) take_answer(request, answer);
    });
  }
  executor_.after(reached ? kPatience : kBetweenTries, [this, request] { attempt(request); });
}

void Clients::take_answer(const std::shared_ptr<Request>& request, const HttpAnswer& answer) {
  if (request->done) return;
  // The wall clock may have been stepped while the request was under way.
  if (answer.status >= 500 || answer.status == 401) {
    executor_.after(kBetweenTries, [this, request] { attempt(request); });
    return;
  }
  if (const std::string fault = platform_.answer_fault(answer, request->first_asked);
      !fault.empty()) {
    history_.faults.push_back("keys: an answer was refused: " + fault);
  }
  request->done = true;
  request->answered(answer);
}

}  // namespace favorhook::sim
