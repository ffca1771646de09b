// /admin/v1/users: people with their openids and unionids, imported by the operator.
#include <boost/json/array.hpp>
#include <variant>

#include "admin/change.h"
#include "admin/fields.h"

namespace favorhook::admin {
namespace {

namespace json = boost::json;

// One import: each person is a command of its own, and the last outcome lets the answer out. Lives
// on the executor but for its making.
struct Import {
  std::shared_ptr<ServiceDeps> deps;
  Respond respond;
  json::array results;
  std::size_t open = 0;
  std::size_t failed = 0;

  void finish_one(std::size_t index, json::object result) {
    if (result.contains("error")) ++failed;
    results[index] = std::move(result);
    if (--open > 0) return;
    const std::size_t imported = results.size() - failed;
    respond(json_answer(
        200, {{"imported", imported}, {"failed", failed}, {"results", std::move(results)}}));
  }
};

class ImportWork final : public store::Work {
 public:
  ImportWork(std::shared_ptr<Import> import, std::size_t index, coupon::ImportUser command)
      : import_(std::move(import)), index_(index), command_(std::move(command)) {}

  bool want(store::Batch& batch, const coupon::Context& context) override {
    return coupon::want(command_, batch.state, context);
  }
  void decide(store::Batch& batch, const coupon::Context& context) override {
    decision_ = coupon::decide(command_, batch.state, context);
  }
  void committed() override {
    if (decision_) {
      finish({{"person", std::get<coupon::UserImported>(*decision_).person}});
    } else {
      const apiv3::Refusal& refusal = decision_.error();
      const std::string_view row_message = apiv3::error_row(refusal.id).message;
      finish({{"error", refusal.message.empty() ? row_message : refusal.message}});
    }
  }
  void failed(const Error& error) override { finish({{"error", error.what}}); }

 private:
  void finish(json::object result) {
    Executor& executor = import_->deps->executor;
    executor.post(
        [import = std::move(import_), index = index_, result = std::move(result)]() mutable {
          import->finish_one(index, std::move(result));
        });
  }

  std::shared_ptr<Import> import_;
  std::size_t index_;
  coupon::Command command_;
  coupon::Decision decision_ = coupon::UserImported{};
};

Result<coupon::ImportUser> read_user(json::object object) {
  Fields fields(std::move(object));
  coupon::ImportUser user;
  user.openids = fields.pairs("openids", kUserId);
  user.unionids = fields.pairs("unionids", kUserId);
  if (auto finished = fields.finish(); !finished) return fail(finished.error());
  return user;
}

// {"users": [person, …]}, or one person.
Result<std::vector<coupon::ImportUser>> read_users(const HttpRequest& request) {
  auto body = read_body(request);
  if (!body) return fail(body.error());
  json::array people;
  if (const json::value* list = body->if_contains("users")) {
    if (!list->is_array() || body->size() != 1) return fail("users must be a list, and alone");
    people = list->get_array();
  } else {
    people.push_back(std::move(*body));
  }
  if (people.empty() || people.size() > limits::kAdminUsersMax) {
    return fail("users must be 1 to {} people", limits::kAdminUsersMax);
  }
  std::vector<coupon::ImportUser> users;
  for (json::value& person : people) {
    if (!person.is_object()) return fail("person {}: must be an object", users.size() + 1);
    auto user = read_user(std::move(person.get_object()));
    if (!user) return fail("person {}: {}", users.size() + 1, user.error().what);
    users.push_back(std::move(*user));
  }
  return users;
}

}  // namespace

void import_users(Call call) {
  auto users = read_users(call.request);
  if (!users) return call.respond(error_answer(400, users.error().what));
  auto import = std::make_shared<Import>();
  import->deps = call.deps;
  import->respond = std::move(call.respond);
  import->results.resize(users->size());
  import->open = users->size();
  for (std::size_t i = 0; i < users->size(); ++i) {
    std::unique_ptr<store::Work> work =
        std::make_unique<ImportWork>(import, i, std::move((*users)[i]));
    if (call.deps->queue.submit(work)) continue;
    work->failed(Error{"the server has too much to do; import this person again"});
  }
}

}  // namespace favorhook::admin
