// Requests in the style of each SDK are taken as they are, whatever in them differs from the
// documents. The files of api/vectors/sdk-requests/ name what that is.
#include <gtest/gtest.h>

#include "gateway/test_sdk_requests.h"

namespace favorhook::gateway {
namespace {

class SdkRequestsTest : public testing::Test {
 protected:
  SdkRequestsTest() {
    CHECK(world.post(kCallbacks, R"({"notify_url":"https://shop.example/first"})").status == 200);
  }
  SdkRequest file(const std::string& name) {
    return read_sdk_request(std::filesystem::path(name + ".http"));
  }
  std::string notify_url() {
    return std::string(boost::json::parse(world.get(kCallbacks).body).at("notify_url").as_string());
  }
  World world{{.gateway = {.base_path = "/wechat"}}};
};

TEST_F(SdkRequestsTest, EachIsAnsweredAndSignedAsItsFileSays) {
  const std::vector<SdkRequest> all = sdk_requests();
  EXPECT_GE(all.size(), 18u);
  for (const SdkRequest& each : all) {
    SCOPED_TRACE(each.name);
    const HttpAnswer answer = world.send(signed_request(world, each));
    EXPECT_EQ(answer.status, each.answer) << answer.body;
    EXPECT_NE(header(answer, "Request-ID"), "");
    if (each.signed_by == "nobody") {
      EXPECT_FALSE(find_header(answer.headers, "Wechatpay-Signature"));
    } else if (each.signed_by == "public key") {
      EXPECT_TRUE(world.signed_with(answer, world.public_key()));
    } else if (each.head.find("{{platform_serial}}") != std::string::npos) {
      EXPECT_TRUE(world.signed_with(answer, world.older_certificate()));
    } else {
      ASSERT_EQ(each.signed_by, "certificate");
      EXPECT_TRUE(world.signed_with(answer, world.newest_certificate()));
    }
  }
}

// What is particular about a file must be in it, whatever an editor did to it.
TEST_F(SdkRequestsTest, TheFilesHaveWhatTheyAreFor) {
  EXPECT_TRUE(file("go-set-callback").body.ends_with("}\n"));
  EXPECT_NE(file("go-create-stock").body.find(R"(\u003c五元\u0026十元\u003e)"), std::string::npos);
  EXPECT_NE(file("php-set-callback").body.find(R"(https:\/\/)"), std::string::npos);
  EXPECT_NE(file("python-set-callback").body.find(R"(", ")"), std::string::npos);
  EXPECT_NE(file("java-certificates").head.find("Accept:  */*\n"), std::string::npos);
  EXPECT_NE(file("java-certificates").head.find("Wechatpay-Serial:\n"), std::string::npos);
  EXPECT_NE(file("axios-plugin-number").body.find(R"("mchid":{{mchid}},)"), std::string::npos);
  EXPECT_EQ(file("apache-httpclient-other-host").head.find("Authorization"), std::string::npos);
}

TEST_F(SdkRequestsTest, WhatABodySaysIsUnderstoodInEveryStyle) {
  for (const char* name :
       {"go-set-callback", "php-set-callback", "python-set-callback", "java-set-callback",
        "axios-plugin-number", "node-v3-set-callback", "axios-plugin-base-path-set"}) {
    SCOPED_TRACE(name);
    world.post(kCallbacks, R"({"notify_url":"https://shop.example/first"})");
    world.send(signed_request(world, file(name)));
    EXPECT_EQ(notify_url(), "https://shop.example/notify");
  }
  const HttpAnswer made = world.send(signed_request(world, file("go-create-stock")));
  const auto stock = boost::json::parse(world.get(kStocks + "/" + stock_id_of(made)).body);
  EXPECT_EQ(stock.at("stock_name"), "<五元&十元>");
}

// Any change of the bytes that an SDK might think harmless breaks the signature: nothing is read
// and written again before it is verified.
TEST_F(SdkRequestsTest, ABodyThatWasWrittenAgainIsRefused) {
  const auto refused = [&](const char* name, std::string_view from, std::string_view to) {
    HttpRequest request = signed_request(world, file(name));
    const auto at = request.body.find(from);
    ASSERT_NE(at, std::string::npos) << name;
    request.body.replace(at, from.size(), to);
    const HttpAnswer answer = world.send(request);
    EXPECT_EQ(answer.status, 401) << name;
    EXPECT_NE(answer.body.find("sign not match"), std::string::npos) << answer.body;
  };
  refused("go-set-callback", "}\n", "}");
  refused("go-create-stock", "\\u0026", "&");
  refused("php-set-callback", "\\/", "/");
  refused("python-set-callback", ", ", ",");
}

TEST_F(SdkRequestsTest, TheBasePathIsAPartOfWhatIsSigned) {
  HttpRequest request = signed_request(world, file("axios-plugin-base-path-get"));
  ASSERT_TRUE(request.target.starts_with("/wechat/v3/"));
  EXPECT_EQ(world.send(request).status, 200);
  request.target.erase(0, std::string("/wechat").size());
  const HttpAnswer stripped = world.send(request);
  EXPECT_EQ(stripped.status, 401);
  const auto detail = boost::json::parse(stripped.body).at("detail");
  EXPECT_EQ(detail.at_pointer("/sign_information/url").as_string(), request.target);
}

TEST_F(SdkRequestsTest, OnlyTheConfiguredBasePathIsKnown) {
  for (const char* prefix : {"/WeChat", "/wechat/wechat", "/wechatx", "/other", "/wechat/", "/"}) {
    EXPECT_EQ(world.get(prefix + kCallbacks).status, 404) << prefix;
  }
  World plain;
  EXPECT_EQ(plain.get("/wechat" + kCallbacks).status, 404);
  EXPECT_TRUE(plain.get("/wechat" + kCallbacks).body.empty());
}

}  // namespace
}  // namespace favorhook::gateway
