// A service over a real SQLite store in a directory of its own, its queue polled, nothing
// delivered.
//
//   World world;
//   const Reply reply = world.call("GET", "/admin/v1/merchants");
//   EXPECT_EQ(reply.status, 200);
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "admin/service.h"
#include "base/check.h"
#include "base/queued_executor.h"
#include "base/temp_dir.h"
#include "crypto/random.h"
#include "crypto/test_vault.h"
#include "store/directory_rows.h"
#include "store/no_hook.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::admin {

namespace json = boost::json;

struct Reply {
  int status = 0;
  json::value body;
  Headers headers;

  const json::object& object() const { return body.as_object(); }
  const json::value& at(std::string_view name) const { return object().at(name); }
  std::string text(std::string_view name) const { return std::string(at(name).as_string()); }
};

class AnyUrl final : public coupon::UrlPolicy {
 public:
  std::optional<std::string> text_fault(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> host_refused(std::string_view) const override { return std::nullopt; }
};

// Keys are what a world costs most; all of a process share theirs.
inline const crypto::CertificateAuthority& test_authority() {
  static const auto authority = crypto::CertificateAuthority::create(SystemClocks().wall());
  return authority;
}
inline const crypto::PrivateKey& test_key() {
  static const auto key = crypto::PrivateKey::generate_rsa2048();
  return key;
}
inline std::string test_csr() {
  return crypto::make_certificate_request("any name", test_key());
}

class World {
 public:
  explicit World(bool sandbox = true) {
    auto opened = store::open_sqlite_store(
        {.path = dir.file("favorhook.db"), .durable = false, .vault = crypto::test_vault()});
    CHECK(opened);
    store = std::move(*opened);
    holder = std::make_unique<coupon::DirectoryHolder>(*store::make_directory({}));
    queue.emplace(*store, *holder, any_url_, random, clocks, no_delivery_,
                  store::CommitQueueOptions{.sandbox = sandbox});
    service.emplace(
        ServiceDeps{.queue = *queue,
                    .reader = *store->open_reader(),
                    .directory = *holder,
                    .authority = test_authority(),
                    .clocks = clocks,
                    .random = random,
                    .executor = own_thread,
                    .make_resend = [this](std::int64_t seq,
                                          auto done) { return make_resend(seq, std::move(done)); },
                    .explain =
                        [](const store::Attempt& attempt) {
                          return "explained: " + std::string(to_text(attempt.verdict));
                        },
                    .sandbox = sandbox});
  }
  ~World() {
    service.reset();
    queue.reset();
    store.reset();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Reply send(HttpRequest request) {
    std::optional<HttpAnswer> answer;
    service->handle(std::move(request), [&](HttpAnswer given) {
      CHECK(!answer);
      answer = std::move(given);
    });
    while (!answer) CHECK(own_thread.run_one() || queue->poll());
    return {answer->status, json::parse(answer->body), answer->headers};
  }
  Reply call(std::string method, std::string target, const json::value& body = nullptr) {
    return send(request(std::move(method), std::move(target), body));
  }
  // The statuses of POSTs that are handed in together, so that they are one batch.
  std::vector<int> post_together(const std::string& target,
                                 const std::vector<json::value>& bodies) {
    std::vector<int> statuses(bodies.size());
    std::size_t answered = 0;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      service->handle(request("POST", target, bodies[i]), [&, i](HttpAnswer answer) {
        statuses[i] = answer.status;
        ++answered;
      });
    }
    while (answered < bodies.size()) CHECK(own_thread.run_one() || queue->poll());
    return statuses;
  }

  static HttpRequest request(std::string method, std::string target, const json::value& body) {
    HttpRequest made{std::move(method), std::move(target), {}, {}, {}};
    if (!body.is_null()) made.body = json::serialize(body);
    return made;
  }

  static json::object merchant(std::string_view mchid, std::string_view kind = "direct") {
    return {{"mchid", mchid}, {"name", "shop"}, {"kind", kind}, {"csr", test_csr()}};
  }
  void add_merchant(std::string_view mchid, std::string_view kind = "direct") {
    const Reply reply = call("POST", "/admin/v1/merchants", merchant(mchid, kind));
    ASSERT_EQ(reply.status, 201) << json::serialize(reply.body);
  }

  TempDir dir;
  crypto::SystemRandom random;
  SystemClocks clocks;
  QueuedExecutor own_thread;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<coupon::DirectoryHolder> holder;
  std::optional<store::CommitQueue> queue;
  std::optional<Service> service;
  std::vector<std::int64_t> resent;

 private:
  // Stands for delivery's: makes the event pending.
  class Resend final : public store::Work {
   public:
    using Done = std::move_only_function<void(Result<std::optional<coupon::Event>>)>;
    Resend(std::int64_t seq, Done done) : seq_(seq), done_(std::move(done)) {}
    bool want(store::Batch& batch, const coupon::Context&) override {
      return batch.state.want<coupon::Event>(seq_);
    }
    void decide(store::Batch& batch, const coupon::Context&) override {
      event_ = *batch.state.find<coupon::Event>(seq_);
      event_->state = coupon::EventState::pending;
      batch.state.put(*event_);
    }
    void committed() override { done_(event_); }
    void failed(const Error& error) override { done_(fail(error)); }

   private:
    std::int64_t seq_;
    Done done_;
    std::optional<coupon::Event> event_;
  };
  std::unique_ptr<store::Work> make_resend(std::int64_t seq, Resend::Done done) {
    resent.push_back(seq);
    return std::make_unique<Resend>(seq, std::move(done));
  }

  AnyUrl any_url_;
  store::NoHook no_delivery_;
};

}  // namespace favorhook::admin
