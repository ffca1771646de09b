#include "coupon/coupon_event.h"

#include <gtest/gtest.h>

#include "coupon/test_world.h"

namespace favorhook::coupon {
namespace {

// The values of vectors/live-busifavor-shapes-2020.json.
Coupon live_coupon() {
  Coupon coupon;
  coupon.creator_mchid = World::kCreator;
  coupon.stock_id = "1282070000000007";
  coupon.coupon_code = "1201000000000000000002";
  coupon.send_merchant = "1900000001";
  coupon.out_request_no = "202004221240";
  coupon.send_time = at("2020-04-22T12:54:24.567+08:00");
  return coupon;
}

struct Surroundings {
  Directory directory{{}, {}, {}};
  TestUrlPolicy url_policy;
  SeededRandom random{7};
  Context context{directory, url_policy, random, at("2020-04-22T12:54:24.567+08:00"), true};
};

TEST(CouponEvent, ThePlaintextIsExact) {
  Surroundings surroundings;
  const Event event = coupon_send_event(3, live_coupon(), {"o0000000000000000000000000000", ""},
                                        nullptr, surroundings.context);
  EXPECT_EQ(event.plaintext,
            R"({"event_type":"EVENT_TYPE_BUSICOUPON_SEND","coupon_code":"1201000000000000000002",)"
            R"("stock_id":"1282070000000007","send_time":"2020-04-22T12:54:24+08:00",)"
            R"("openid":"o0000000000000000000000000000","unionid":"",)"
            R"("send_channel":"BUSICOUPON_SEND_CHANNEL_API","send_merchant":"1900000001",)"
            R"("attach_info":"","send_req_no":"202004221240"})");
  // The live notice had 324 bytes (protocol §2.2), with a channel (H5) and an openid that are one
  // shorter each.
  EXPECT_EQ(event.plaintext.size(), 324u + 2u);
}

TEST(CouponEvent, ThePlaintextEscapesWhatJsonMustAndKeepsUtf8) {
  Surroundings surroundings;
  Coupon coupon = live_coupon();
  coupon.out_request_no = "a\"b\\券";
  const Event event = coupon_send_event(3, coupon, {}, nullptr, surroundings.context);
  EXPECT_TRUE(event.plaintext.ends_with(R"("send_req_no":"a\"b\\券"})")) << event.plaintext;
}

TEST(CouponEvent, TheEventNamesItsReceiverAndItself) {
  Surroundings surroundings;
  const Event event = coupon_send_event(3, live_coupon(), {}, nullptr, surroundings.context);
  EXPECT_EQ(event.seq, 3);
  EXPECT_EQ(event.receiver, World::kCreator);
  EXPECT_EQ(event.event_type, "COUPON.SEND");
  EXPECT_EQ(event.stock_id, "1282070000000007");
  EXPECT_EQ(event.coupon_code, "1201000000000000000002");
  EXPECT_EQ(event.create_time, surroundings.context.now);
  EXPECT_EQ(event.id.size(), 36u);
  EXPECT_EQ(event.id[14], '7') << "UUIDv7";
  const Event next = coupon_send_event(4, live_coupon(), {}, nullptr, surroundings.context);
  EXPECT_NE(next.id, event.id);
}

TEST(CouponEvent, WithheldForTheFirstReasonThatHolds) {
  Merchant creator;
  creator.event_push = false;
  Callback callback;
  callback.notify_url = "https://public.example/notify";
  const TestUrlPolicy policy;

  EXPECT_EQ(withheld_reason(nullptr, &callback, policy), WithheldReason::push_off);
  EXPECT_EQ(withheld_reason(&creator, nullptr, policy), WithheldReason::push_off);
  creator.event_push = true;
  EXPECT_EQ(withheld_reason(&creator, nullptr, policy), WithheldReason::no_apiv3_key);
  creator.apiv3_key = std::string(32, 'k');
  EXPECT_EQ(withheld_reason(&creator, nullptr, policy), WithheldReason::no_url);
  EXPECT_EQ(withheld_reason(&creator, &callback, policy), WithheldReason::host_refused);
  callback.notify_url = "https://localhost/notify";
  EXPECT_EQ(withheld_reason(&creator, &callback, policy), WithheldReason::none);
}

}  // namespace
}  // namespace favorhook::coupon
