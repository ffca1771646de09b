#include "cli/local_admin.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>

#include "base/check.h"
#include "crypto/random.h"
#include "net/egress.h"
#include "runtime/admin_service.h"
#include "runtime/node_store.h"

namespace favorhook::cli {
namespace {

// Runs what was posted when it is asked to.
class OwnThread final : public Executor {
 public:
  void post(Task task) override { tasks_.push_back(std::move(task)); }
  void after(Millis, Task task) override { post(std::move(task)); }
  bool run_one() {
    if (tasks_.empty()) return false;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }

 private:
  std::deque<Task> tasks_;
};

// Nothing is delivered here: due events wait for a server.
class NoDelivery final : public store::BatchHook {
 public:
  void complete(store::Batch&, store::Store&, const coupon::Context&) override {}
  void committed() override {}
  void aborted() override {}
  std::optional<BusinessTime> wake_at() const override { return std::nullopt; }
};

net::EgressOptions egress_of(const runtime::DataDir& data) {
  net::EgressOptions options;
  options.mode = data.sandbox ? net::EgressMode::sandbox : net::EgressMode::production;
  return options;
}

class LocalAdmin final : public AdminClient {
 public:
  LocalAdmin(runtime::DataDir data, runtime::NodeStore held, std::unique_ptr<store::Reader> reader)
      : data_(std::move(data)),
        held_(std::move(held)),
        egress_(egress_of(data_)),
        queue_(*held_.store, *held_.directory, egress_, random_, clocks_, no_delivery_,
               {.sandbox = data_.sandbox}),
        service_(runtime::admin_service_deps(queue_, std::move(reader), *held_.directory, data_,
                                             clocks_, random_, own_thread_)) {}

  Result<boost::json::value> call(const std::string& method, const std::string& target,
                                  const boost::json::value& body) override {
    HttpRequest request;
    request.method = method;
    request.target = target;
    if (!body.is_null()) request.body = boost::json::serialize(body);
    std::optional<HttpAnswer> answer;
    service_.handle(std::move(request), [&answer](HttpAnswer given) { answer = std::move(given); });
    while (!answer) CHECK(own_thread_.run_one() || queue_.poll());
    return read_admin_answer(answer->status, answer->body);
  }

 private:
  runtime::DataDir data_;
  crypto::SystemRandom random_;
  SystemClocks clocks_;
  runtime::NodeStore held_;
  net::Egress egress_;
  NoDelivery no_delivery_;
  OwnThread own_thread_;
  store::CommitQueue queue_;
  admin::Service service_;
};

}  // namespace

Result<std::unique_ptr<AdminClient>> open_local_admin(const std::string& data_dir) {
  auto data = runtime::open_data_dir(data_dir, std::nullopt);
  if (!data) return fail(data.error());
  crypto::SystemRandom random;
  auto held = runtime::open_node_store(*data, "a favorhook command", SystemClocks().wall(), random);
  if (!held) return fail(held.error());
  auto reader = held->store->open_reader();
  if (!reader) return fail(reader.error());
  return std::make_unique<LocalAdmin>(std::move(*data), std::move(*held), std::move(*reader));
}

Result<boost::json::value> read_admin_answer(int status, std::string_view body) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(body, error);
  if (error) return fail("the server's answer is no JSON (status {})", status);
  if (status < 400) return value;
  const boost::json::object* object = value.if_object();
  const boost::json::value* why = object == nullptr ? nullptr : object->if_contains("error");
  if (why == nullptr || !why->is_string()) return fail("the server answered {}", status);
  return fail("{}", std::string_view(why->get_string()));
}

}  // namespace favorhook::cli
