#include "cli/local_admin.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/check.h"
#include "base/queued_executor.h"
#include "cli/body_text.h"
#include "cli/json_view.h"
#include "crypto/random.h"
#include "net/egress.h"
#include "runtime/admin_service.h"
#include "runtime/node_store.h"
#include "store/no_hook.h"

namespace favorhook::cli {
namespace {

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
        service_(runtime::admin_service_deps(queue_, std::move(reader), held_, data_.sandbox,
                                             clocks_, random_, own_thread_)) {}

  Result<boost::json::value> call(const std::string& method, const std::string& target,
                                  const boost::json::value& body) override {
    HttpRequest request;
    request.method = method;
    request.target = target;
    if (!body.is_null()) {
      auto text = body_text(body);
      if (!text) return fail(std::move(text.error()));
      request.body = std::move(*text);
    }
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
  store::NoHook no_delivery_;
  QueuedExecutor own_thread_;
  store::CommitQueue queue_;
  admin::Service service_;
};

}  // namespace

Result<std::unique_ptr<AdminClient>> open_local_admin(const std::string& data_dir) {
  auto data = runtime::open_data_dir(data_dir, std::nullopt);
  if (!data) return fail(data.error());
  const auto places = runtime::master_key_places();
  if (!places) return fail(places.error());
  crypto::SystemRandom random;
  auto held = runtime::open_node_store(*data, "a favorhook command", *places, SystemClocks().wall(),
                                       random);
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
  const std::string why = text_member(value, "error");
  return why.empty() ? fail("the server answered {}", status) : fail("{}", why);
}

}  // namespace favorhook::cli
