// favorhook story: the main job, played once against the running server and told step by step. A
// URL is set, a coupon is issued, the notification arrives.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <thread>

#include "apiv3/json.h"
#include "base/limits.h"
#include "base/time_text.h"
#include "cli/admin_client.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "cli/merchant_add.h"
#include "cli/receiver_identity.h"
#include "cli/signed_call.h"
#include "cli/stock_terms.h"
#include "cli/story_mailbox.h"
#include "cli/story_text.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr const char* kCallbacks = "/v3/marketing/busifavor/callbacks";
constexpr const char* kStocks = "/v3/marketing/busifavor/stocks";
constexpr const char* kSend = "/v3/marketing/busifavor/coupons/send";
constexpr const char* kPath = "/favorhook/story";
constexpr auto kRecordPoll = 50ms;

struct Story {
  explicit Story(bool silent) : narrator(silent) {}

  Narrator narrator;
  std::unique_ptr<AdminClient> admin;
  MerchantFiles files;
  std::optional<merchant::Client> client;
  std::string appid;
  BusinessTime now{};
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::unique_ptr<Receiver> receiver;
  std::string url_before;  // empty: none
  std::string stock_id;
  std::string coupon_code;
  std::string event_id;
};

// A signed call that must succeed, and its answer's JSON.
Result<json::value> exchange(Story& story, const SignedRequest& request) {
  const auto answer = story.client->call(request.method, request.target, request.body);
  if (!answer) return fail("{}", answer.error());
  story.narrator.exchange(request.method, request.target, answer.value());
  if (!answer->verified) return fail("the answer does not verify: {}", answer->verify_error);
  if (answer->status != 200) {
    return fail("{} {} was answered {}: {}", request.method, request.target, answer->status,
                answer->body);
  }
  json::value body = parsed_body(answer.value());
  if (body.is_null()) return fail("the answer is no JSON");
  return body;
}

Result<void> find_merchant(Story& story, const Shared& shared, const std::string& mchid) {
  story.narrator.step("The merchant");
  std::string directory = merchant_directory(shared.data_dir, mchid);
  if (story.admin->call("GET", "/admin/v1/merchants/" + mchid)) {
    story.narrator.note(fmt::format("{} exists already", mchid));
  } else {
    const MerchantAdd order = {.mchid = mchid,
                               .name = "favorhook story",
                               .kind = "direct",
                               .csr_pem = "",
                               .out_dir = directory};
    auto made = add_merchant_files(*story.admin, order);
    if (!made) return fail(std::move(made.error()));
    directory = *made;
    story.narrator.note(fmt::format("{} added; its key files are in {}", mchid, directory));
  }
  auto files = read_merchant_files(directory);
  if (!files) return fail(std::move(files.error()));
  if (files->apiv3_key.empty()) return fail("{} holds no APIv3 key: nothing is sent", directory);
  story.files = std::move(*files);

  // The same appid each time: binding it again changes nothing.
  story.appid = "wx" + crypto::sha256_hex("favorhook story " + mchid).substr(0, 16);
  const json::object app = {{"mchid", mchid}, {"appid", story.appid}};
  if (auto bound = story.admin->call("POST", "/admin/v1/apps", app); !bound) {
    return fail(std::move(bound.error()));
  }
  story.narrator.note(fmt::format("appid {}", story.appid));
  auto client = make_client(shared.data_dir, directory, "");
  if (!client) return fail(std::move(client.error()));
  story.client.emplace(std::move(*client));

  const auto status = story.admin->call("GET", "/admin/v1/status");
  if (!status) return fail(status.error());
  const auto now = business_from_rfc3339(text_member(*status, "business_time"));
  if (!now) return fail("GET /admin/v1/status gave no business_time");
  story.now = *now;
  return {};
}

Result<void> start_receiver(Story& story) {
  story.narrator.step("A receiver with TLS");
  auto identity = issue_localhost_identity(*story.admin);
  if (!identity) return fail(std::move(identity.error()));
  ReceiverOptions options;
  options.identity = std::move(*identity);
  options.answer_good = [box = story.mailbox](const ReceivedPost& post) {
    return box->judge(post);
  };
  options.on_post = [box = story.mailbox](const ReceivedPost& post) { box->put(post); };
  auto receiver = Receiver::start(
      std::move(options),
      merchant::NotificationHandler(story.files.platform_keys, story.files.apiv3_key));
  if (!receiver) return fail(std::move(receiver.error()));
  story.receiver = std::move(*receiver);
  story.narrator.note(fmt::format("on https://localhost:{}, certificate of favorhook's own CA",
                                  story.receiver->port()));
  return {};
}

Result<void> set_url(Story& story) {
  story.narrator.step("The notification URL");
  // Asked first, to leave the merchant as it was. A 404 says that there is none.
  const auto before = story.client->call("GET", kCallbacks);
  if (!before) return fail("{}", before.error());
  if (before->status == 200 && before->verified) {
    const std::string url = text_member(parsed_body(before.value()), "notify_url");
    if (!url.ends_with(kPath)) story.url_before = url;
  }
  const std::string url = fmt::format("https://localhost:{}{}", story.receiver->port(), kPath);
  const json::object body = {{"notify_url", url}};
  const auto set = exchange(story, {"POST", kCallbacks, apiv3::to_ordered_json(body)});
  if (!set) return fail(set.error());
  return {};
}

Result<void> create_stock(Story& story) {
  story.narrator.step("A coupon stock");
  StockTerms terms;
  terms.belong_merchant = story.files.mchid;
  terms.name = "favorhook 演示券";
  terms.begin = story.now;
  terms.notify_appid = story.appid;
  terms.out_request_no = fresh_request_no("story_stock_");
  const auto made = exchange(story, {"POST", kStocks, apiv3::to_ordered_json(stock_body(terms))});
  if (!made) return fail(made.error());
  story.stock_id = text_member(*made, "stock_id");
  story.mailbox->expect(story.stock_id);
  return {};
}

Result<void> send_coupon(Story& story) {
  story.narrator.step("A coupon for a user");
  crypto::SystemRandom random;
  const std::string openid = "o" + random.text(27, kAlphanumeric);
  const json::object body = {{"stock_id", story.stock_id},
                             {"appid", story.appid},
                             {"openid", openid},
                             {"out_request_no", fresh_request_no("story_coupon_")}};
  const auto sent = exchange(story, {"POST", kSend, apiv3::to_ordered_json(body)});
  if (!sent) return fail(sent.error());
  if (const json::object* answer = sent->if_object(); answer->contains("send_coupon_result")) {
    story.coupon_code = text_member(answer->at("send_coupon_result"), "coupon_code");
  }
  if (story.coupon_code.empty()) return fail("the answer names no coupon_code");
  return {};
}

// Why nothing came, as far as the ledger knows.
std::string reason_of_silence(Story& story) {
  if (const std::string fault = story.mailbox->fault(); !fault.empty()) {
    return "the receiver refused it: " + fault;
  }
  const auto list =
      story.admin->call("GET", "/admin/v1/events?limit=20&receiver=" + story.files.mchid);
  if (!list) return list.error().what;
  for (const json::value& event : elements(*list, "events")) {
    if (text_member(event, "coupon_code") != story.coupon_code) continue;
    const std::string id = text_member(event, "id");
    const std::string why = text_member(event, "withheld_explanation");
    return fmt::format("event {} is {}{}{}; `favorhook event show {}` tells more", id,
                       text_member(event, "state"), why.empty() ? "" : ": ", why, id);
  }
  return "the ledger has no event of this coupon";
}

Result<ReceivedPost> await_notification(Story& story) {
  story.narrator.step("The notification");
  auto post = story.mailbox->wait(limits::kStoryNotificationTime);
  if (!post) {
    return fail("no notification within {} s: {}", limits::kStoryNotificationTime.count(),
                reason_of_silence(story));
  }
  story.narrator.notification(*post);
  story.event_id = post->id;
  return std::move(*post);
}

// The attempt that the receiver answered, once its result is recorded.
std::optional<json::object> recorded_attempt(const json::value& event, const std::string& nonce) {
  for (const json::value& attempt : elements(event, "attempts")) {
    if (text_member(attempt, "nonce") != nonce) continue;
    if (text_member(attempt, "finished").empty()) return std::nullopt;
    return attempt.as_object();
  }
  return std::nullopt;
}

Result<void> show_ledger(Story& story, const ReceivedPost& post) {
  story.narrator.step("The ledger");
  const std::string target = "/admin/v1/events/" + post.id;
  const auto until = std::chrono::steady_clock::now() + limits::kStoryRecordTime;
  for (;;) {
    const auto event = story.admin->call("GET", target);
    if (!event) return fail(event.error());
    const auto attempt = recorded_attempt(*event, post.notification->wechatpay_nonce);
    if (attempt && text_member(*event, "state") == "delivered") {
      story.narrator.note(fmt::format("GET {} (or: favorhook event show {})", target, post.id));
      story.narrator.note("event " + post.id + " is delivered");
      story.narrator.attempt(*attempt);
      return {};
    }
    if (std::chrono::steady_clock::now() > until) {
      return fail("event {} is {} in the ledger, although the receiver answered 200", post.id,
                  text_member(*event, "state"));
    }
    std::this_thread::sleep_for(kRecordPoll);
  }
}

// The URL that was set before the story, if there was one.
Result<void> restore_url(Story& story) {
  if (story.url_before.empty()) return {};
  story.narrator.step("The URL that was set before");
  const json::object body = {{"notify_url", story.url_before}};
  const auto set = exchange(story, {"POST", kCallbacks, apiv3::to_ordered_json(body)});
  if (!set) return fail(set.error());
  return {};
}

Result<void> play_calls(Story& story) {
  if (auto done = create_stock(story); !done) return done;
  if (auto done = send_coupon(story); !done) return done;
  const auto post = await_notification(story);
  if (!post) return fail(post.error());
  return show_ledger(story, *post);
}

json::object summary(const Story& story, const ServerAddresses& server) {
  return {{"mchid", story.files.mchid},         {"appid", story.appid},
          {"serial_no", story.files.serial_no}, {"directory", story.files.directory},
          {"http_url", server.http_url},        {"https_url", server.https_url},
          {"admin_url", server.admin_url},      {"stock_id", story.stock_id},
          {"coupon_code", story.coupon_code},   {"event_id", story.event_id}};
}

Result<void> play(const Shared& shared, const std::string& mchid) {
  Story story(shared.json);
  auto server = read_server_addresses(shared.data_dir);
  if (!server) return fail(std::move(server.error()));
  auto admin = AdminClient::open(shared.data_dir, StoreAccess::server_only);
  if (!admin) return fail(std::move(admin.error()));
  story.admin = std::move(*admin);
  if (auto done = find_merchant(story, shared, mchid); !done) return done;
  if (auto done = start_receiver(story); !done) return done;
  if (auto done = set_url(story); !done) return done;
  auto played = play_calls(story);
  auto restored = restore_url(story);  // also after a failure
  if (!played) return played;
  if (!restored) return restored;
  story.narrator.developer_facts(
      {story.files, *server, shared.program, shared.data_dir, story.appid});
  if (shared.json) print_json(summary(story, *server));
  return {};
}

}  // namespace

void add_story(CommandLine& app, Shared& shared) {
  CommandLine command =
      app.command("story", "play the main job once against the running server, step by step");
  const auto mchid = std::make_shared<std::string>("1900000001");
  command.option("--mchid", *mchid, "the merchant; made where there is none").shows_default();
  command.action([&shared, mchid] {
    if (auto done = play(shared, *mchid); !done) shared.failed(done.error());
  });
}

}  // namespace favorhook::cli
