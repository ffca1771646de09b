// What reading and writing a body costs: a request of 300 bytes, a stock, an answer.
#include <benchmark/benchmark.h>

#include "apiv3/json.h"
#include "apiv3/notification.h"

namespace favorhook::apiv3 {
namespace {

constexpr std::string_view kSend =
    R"({"stock_id":"1286950000000039","coupon_code":"1227944959000000911017","out_request_no":"1002600620019090123143254435",)"
    R"("appid":"wx1234567889999999","openid":"odXnH1CJjeQoWTld48db-pnxs-Wg","send_merchant":"1900000001",)"
    R"("note":"some more text, so that the body has three hundred bytes or about that many","n":12345})";
constexpr std::string_view kStock =
    R"({"stock_name":"8月1日活动券","belong_merchant":"10000022","comment":"活动使用","goods_name":"填写商家券可适用的商品或服务",)"
    R"("stock_type":"NORMAL","coupon_use_rule":{"coupon_available_time":{"available_begin_time":"2015-05-20T13:29:35+08:00",)"
    R"("available_end_time":"2015-05-20T13:29:35+08:00","available_day_after_receive":3,"available_week":{"week_day":[1,2,3],)"
    R"("available_day_time":[{"begin_time":3600,"end_time":86399}]},"irregulary_avaliable_time":[]},)"
    R"("fixed_normal_coupon":{"discount_amount":5,"transaction_minimum":100},"use_method":"OFF_LINE"},)"
    R"("stock_send_rule":{"max_coupons":100,"max_coupons_per_user":5,"natural_person_limit":false},)"
    R"("out_request_no":"100002322019090134234sfdf","display_pattern_info":{"description":"xxx门店可用",)"
    R"("merchant_logo_url":"https://qpic.cn/xxx","merchant_name":"微信支付","background_color":"Color020"}})";

void parse_request(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_object(kSend));
  state.counters["bytes"] = double(kSend.size());
}
BENCHMARK(parse_request);

void parse_stock(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_object(kStock));
  state.counters["bytes"] = double(kStock.size());
}
BENCHMARK(parse_stock);

void write_stock_sorted(benchmark::State& state) {
  const auto stock = parse_object(kStock);
  for (auto _ : state) benchmark::DoNotOptimize(to_sorted_json(*stock));
}
BENCHMARK(write_stock_sorted);

void seal_event(benchmark::State& state) {
  const Notification notification = {.id = "a0d3b5f3-fb41-59d4-8887-2fc6fa73a28f",
                                     .create_time = "2020-04-22T12:54:24+08:00",
                                     .resource_type = "encrypt-resource",
                                     .event_type = "COUPON.SEND",
                                     .summary = "商家券领券通知",
                                     .original_type = "coupon",
                                     .algorithm = "AEAD_AES_256_GCM",
                                     .associated_data = "coupon",
                                     .nonce = "QC8M6Rj84iKL",
                                     .ciphertext = {},
                                     .plaintext = std::string(324, 'p')};
  for (auto _ : state) {
    benchmark::DoNotOptimize(seal_notification(notification, "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"));
  }
}
BENCHMARK(seal_event);

}  // namespace
}  // namespace favorhook::apiv3
