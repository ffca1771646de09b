// The commands that make a signed call, run as from the command line against a server of the test.
#include "cli/signed_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <optional>

#include "../../merchant/test_server.h"
#include "base/temp_dir.h"
#include "cli/command_line.h"
#include "cli/test_merchant.h"

namespace favorhook::cli {
namespace {

namespace fs = std::filesystem;
using merchant::TestPlatform;
using merchant::TestRequest;
using merchant::TestServer;
using testing::HasSubstr;

class Commands : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("NO_COLOR", "1", 1);
    write_test_merchant(dir_);
  }

  // Runs the command line with this merchant's keys against the server; what it wrote to stdout.
  std::string run(std::string line) {
    CommandLine app("favorhook", "a part of it");
    app.flag("--json", shared_.json, "JSON");
    app.fallthrough();
    add_callback(app, shared_);
    add_stock(app, shared_);
    add_coupon(app, shared_);
    add_call(app, shared_);
    line += " --key-dir " + dir_.string() + " --base-url " + server_.base_url();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto exit_code = app.parse(line);
    errors_ = testing::internal::GetCapturedStderr();
    EXPECT_FALSE(exit_code) << errors_;
    return testing::internal::GetCapturedStdout();
  }

  std::string answer(const TestRequest& request) {
    seen_ = request;
    std::string text = "HTTP/1.1 " + std::to_string(status_) + " x\r\nConnection: close\r\n";
    if (signed_) {
      for (const auto& [name, value] : TestPlatform::instance().sign(body_)) {
        text += name + ": " + value + "\r\n";
      }
    }
    return text + "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_;
  }

  boost::json::value sent() const { return boost::json::parse(seen_.body); }

  TempDir place_;
  fs::path dir_ = place_.path();
  Shared shared_;
  std::string errors_;
  int status_ = 200;
  bool signed_ = true;
  std::string body_ = R"({"mchid":"1900000001"})";
  TestRequest seen_;
  TestServer server_{[this](const TestRequest& request) { return answer(request); }};
};

TEST_F(Commands, CallbackSetSendsTheUrlAndShowsTheAnswer) {
  const std::string out = run("callback set https://localhost:9000/x --for 1900000002");
  EXPECT_EQ(seen_.line, "POST /v3/marketing/busifavor/callbacks HTTP/1.1");
  EXPECT_EQ(seen_.body, R"({"mchid":"1900000002","notify_url":"https://localhost:9000/x"})");
  EXPECT_THAT(out, HasSubstr("200  signature verified"));
  EXPECT_THAT(out, HasSubstr("\"mchid\": \"1900000001\""));
  EXPECT_EQ(shared_.exit_code, kDone);
}

TEST_F(Commands, CallbackGetAsksForAnotherMerchant) {
  run("callback get --for 1900000002");
  EXPECT_EQ(seen_.line, "GET /v3/marketing/busifavor/callbacks?mchid=1900000002 HTTP/1.1");
}

TEST_F(Commands, AnErrorOfTheWireIsShownWithItsSolutionAndExitsWith3) {
  status_ = 400;
  body_ = R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})";
  const std::string out = run("callback get");
  EXPECT_THAT(out, HasSubstr("400 MCH_NOT_EXISTS  signature verified"));
  EXPECT_THAT(out, HasSubstr("解决方案"));
  EXPECT_EQ(shared_.exit_code, kWireError);
}

TEST_F(Commands, AGoodAnswerThatDoesNotVerifyIsAFailure) {
  signed_ = false;
  const std::string out = run("callback get");
  EXPECT_THAT(out, HasSubstr("signature not verified"));
  EXPECT_THAT(errors_, HasSubstr("does not verify"));
  EXPECT_EQ(shared_.exit_code, kFailed);
}

TEST_F(Commands, JsonIsTheAnswersBodyAlone) {
  EXPECT_EQ(run("callback get --json"), body_ + "\n");
  body_ = "";
  status_ = 404;
  signed_ = false;
  EXPECT_EQ(run("callback get --json"), R"({"status":404,"body":""})"
                                        "\n");
  EXPECT_EQ(shared_.exit_code, kWireError);
}

TEST_F(Commands, StockCreateTakesTermsOrAFile) {
  run("stock create --name 夏日券 --type DISCOUNT --discount-percent 70 --max-coupons 5"
      " --notify-appid wx0000000000000001 --begin 2026-05-20T13:29:35+08:00 --days 1");
  EXPECT_EQ(seen_.line, "POST /v3/marketing/busifavor/stocks HTTP/1.1");
  const auto body = sent();
  EXPECT_EQ(body.at("stock_name").as_string(), "夏日券");
  EXPECT_EQ(body.at("belong_merchant").as_string(), "1900000001");
  EXPECT_EQ(body.at("stock_send_rule").at("max_coupons").as_int64(), 5);
  const auto& rule = body.at("coupon_use_rule");
  EXPECT_EQ(rule.at("discount_coupon").at("discount_percent").as_int64(), 70);
  EXPECT_EQ(rule.at("coupon_available_time").at("available_end_time").as_string(),
            "2026-05-21T13:29:35+08:00");
  EXPECT_EQ(body.at("out_request_no").as_string().size(), 30u);

  write_text(dir_ / "terms.json", R"({"stock_name":"x"})");
  run("stock create --file " + (dir_ / "terms.json").string());
  EXPECT_EQ(sent().at("stock_name").as_string(), "x");
  EXPECT_EQ(sent().at("out_request_no").as_string().size(), 30u);
  EXPECT_EQ(sent().as_object().size(), 2u);
}

TEST_F(Commands, StockShowAsksForTheStock) {
  run("stock show 1282070000000001");
  EXPECT_EQ(seen_.line, "GET /v3/marketing/busifavor/stocks/1282070000000001 HTTP/1.1");
}

TEST_F(Commands, CouponSendTakesOrMakesARequestNumber) {
  run("coupon send --stock 1282070000000001 --openid oabc --appid wx1 --out-request-no r1 --code "
      "c");
  EXPECT_EQ(seen_.line, "POST /v3/marketing/busifavor/coupons/send HTTP/1.1");
  EXPECT_EQ(seen_.body, R"({"stock_id":"1282070000000001","openid":"oabc","appid":"wx1",)"
                        R"("out_request_no":"r1","coupon_code":"c"})");
  run("coupon send --stock 1282070000000001 --openid oabc --appid wx1");
  EXPECT_EQ(sent().at("out_request_no").as_string().size(), 31u);
  EXPECT_FALSE(sent().as_object().contains("coupon_code"));
}

TEST_F(Commands, CallSendsTheBodyAsItIsAndShowsWhatWasSigned) {
  write_text(dir_ / "body.json", "{ \"a\" : 1 }\n");
  const std::string out =
      run("call POST /v3/x?y=1 --serial PUB_KEY_ID_1 --body @" + (dir_ / "body.json").string());
  EXPECT_EQ(seen_.line, "POST /v3/x?y=1 HTTP/1.1");
  EXPECT_EQ(seen_.body, "{ \"a\" : 1 }\n");
  EXPECT_EQ(find_header(seen_.headers, "Wechatpay-Serial"), "PUB_KEY_ID_1");
  EXPECT_THAT(out, HasSubstr("| POST\n| /v3/x?y=1\n| "));
  // The body's own line break makes an empty line more.
  EXPECT_THAT(out, HasSubstr("\n| { \"a\" : 1 }\n| \nrequest\n"));
  EXPECT_THAT(out, HasSubstr("< 200\n"));
  EXPECT_THAT(out, HasSubstr("200  signature verified"));
}

TEST_F(Commands, CallWithJsonTellsEverything) {
  status_ = 400;
  body_ = R"({"code":"MCH_NOT_EXISTS","message":"商户号不存在"})";
  const auto told = boost::json::parse(run("call GET /v3/x --json"));
  EXPECT_EQ(told.at("request").at("method").as_string(), "GET");
  EXPECT_THAT(std::string(told.at("request").at("signed_text").as_string()),
              testing::StartsWith("GET\n/v3/x\n"));
  EXPECT_EQ(told.at("answer").at("status").as_int64(), 400);
  EXPECT_EQ(told.at("answer").at("body").at("code").as_string(), "MCH_NOT_EXISTS");
  EXPECT_TRUE(told.at("answer").at("verified").as_bool());
  EXPECT_NE(told.at("solution").as_string(), "");
  EXPECT_EQ(shared_.exit_code, kWireError);
}

TEST_F(Commands, NothingToCallIsAFailure) {
  fs::remove(dir_ / "apiclient_key.pem");
  run("callback get");
  EXPECT_THAT(errors_, HasSubstr("apiclient_key.pem"));
  EXPECT_EQ(shared_.exit_code, kFailed);
}

}  // namespace
}  // namespace favorhook::cli
