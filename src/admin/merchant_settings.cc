// What can be changed about a merchant: its settings, its relations, its appids.
#include <ranges>

#include "admin/change.h"
#include "admin/fields.h"
#include "admin/views.h"

namespace favorhook::admin {
namespace {

struct Settings {
  std::optional<coupon::SigningMode> mode;
  std::optional<int> gray_percent;
  std::optional<bool> event_push;
  std::optional<bool> api_send;
  std::optional<std::string> apiv3_key;  // empty: no key from now on
};

Result<Settings> read_settings(const HttpRequest& request) {
  auto body = read_body(request);
  if (!body) return fail(body.error());
  Fields fields(std::move(*body));
  Settings settings;
  settings.mode =
      fields.optional_word("mode", from_text<coupon::SigningMode>, "certificate or public-key");
  settings.gray_percent = fields.optional_number("gray_percent", 100);
  settings.event_push = fields.optional_flag("event_push");
  settings.api_send = fields.optional_flag("api_send");
  settings.apiv3_key = fields.nullable_text("apiv3_key", kApiv3Key);
  if (auto finished = fields.finish(); !finished) return fail(finished.error());
  return settings;
}

HttpAnswer no_merchant(const std::string& mchid) {
  return error_answer(404, fmt::format("there is no merchant {}", mchid));
}

Answer merchant_answer(int status, std::string mchid) {
  return [status, mchid = std::move(mchid)](const ServiceDeps& deps) {
    return json_answer(status, merchant_view(*deps.directory.get()->find(mchid)));
  };
}

std::optional<HttpAnswer> apply(const Settings& settings, const std::string& mchid, WallTime now,
                                store::Batch& batch, const coupon::Context& context) {
  auto row = find_merchant(batch, context, mchid);
  if (!row) return no_merchant(mchid);
  if (settings.mode) row->mode = to_text(*settings.mode);
  row->gray_percent = settings.gray_percent.value_or(row->gray_percent);
  row->event_push = settings.event_push.value_or(row->event_push);
  row->api_send = settings.api_send.value_or(row->api_send);
  batch.directory.add(*row);
  if (settings.apiv3_key) batch.directory.add(store::Apiv3KeyRow{mchid, *settings.apiv3_key, now});
  return std::nullopt;
}

std::optional<HttpAnswer> relate(const store::RelationRow& row, store::Batch& batch,
                                 const coupon::Context& context) {
  const auto parent = find_merchant(batch, context, row.parent);
  if (!parent) return no_merchant(row.parent);
  if (!find_merchant(batch, context, row.child)) return no_merchant(row.child);
  if (parent->kind == to_text(coupon::MerchantKind::direct)) {
    return error_answer(409, "the parent must be a provider or a channel partner");
  }
  batch.directory.add(row);
  return std::nullopt;
}

// The group that the appid belongs to as the batch has it so far; empty: none.
std::string group_of(const std::string& appid, const store::Batch& batch,
                     const coupon::Context& context) {
  for (const store::AppRow& row : batch.directory.of<store::AppRow>() | std::views::reverse) {
    if (row.appid == appid) return row.unionid_group;
  }
  return std::string(context.directory.appid_group(appid));
}

std::optional<HttpAnswer> bind_app(const std::string& mchid, const store::AppRow& app,
                                   store::Batch& batch, const coupon::Context& context) {
  if (!find_merchant(batch, context, mchid)) return no_merchant(mchid);
  const std::string known = group_of(app.appid, batch, context);
  // The unionids of its users are known in that group already.
  if (!known.empty() && !app.unionid_group.empty() && known != app.unionid_group) {
    return error_answer(409, fmt::format("the appid belongs to the group {} already", known));
  }
  batch.directory.add(store::AppRow{app.appid, known.empty() ? app.unionid_group : known});
  batch.directory.add(store::MerchantAppRow{mchid, app.appid});
  return std::nullopt;
}

}  // namespace

void change_merchant(Call call) {
  const auto settings = read_settings(call.request);
  if (!settings) return call.respond(error_answer(400, settings.error().what));
  const std::string mchid = call.id;
  const WallTime now = call.deps->clocks.wall();
  submit_change(
      std::move(call), {},
      [settings = *settings, mchid, now](store::Batch& batch, const coupon::Context& context) {
        return apply(settings, mchid, now, batch, context);
      },
      merchant_answer(200, mchid));
}

void create_relation(Call call) {
  auto body = read_body(call.request);
  if (!body) return call.respond(error_answer(400, body.error().what));
  Fields fields(std::move(*body));
  const store::RelationRow row = {fields.text("parent", kMchId), fields.text("child", kMchId)};
  if (auto finished = fields.finish(); !finished) {
    return call.respond(error_answer(400, finished.error().what));
  }
  if (row.parent == row.child) {
    return call.respond(error_answer(400, "a merchant is no relation of its own"));
  }
  submit_change(
      std::move(call), {},
      [row](store::Batch& batch, const coupon::Context& context) {
        return relate(row, batch, context);
      },
      [row](const ServiceDeps&) {
        return json_answer(201, {{"parent", row.parent}, {"child", row.child}});
      });
}

void create_app(Call call) {
  auto body = read_body(call.request);
  if (!body) return call.respond(error_answer(400, body.error().what));
  Fields fields(std::move(*body));
  const std::string mchid = fields.text("mchid", kMchId);
  store::AppRow app;
  app.appid = fields.text("appid", kAppId);
  app.unionid_group = fields.nullable_text("unionid_group", kGroup).value_or("");
  if (auto finished = fields.finish(); !finished) {
    return call.respond(error_answer(400, finished.error().what));
  }
  submit_change(
      std::move(call), {},
      [mchid, app](store::Batch& batch, const coupon::Context& context) {
        return bind_app(mchid, app, batch, context);
      },
      [mchid, app](const ServiceDeps& deps) {
        const auto directory = deps.directory.get();
        return json_answer(201, {{"mchid", mchid},
                                 {"appid", app.appid},
                                 {"unionid_group", directory->appid_group(app.appid)}});
      });
}

}  // namespace favorhook::admin
