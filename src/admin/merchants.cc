// /admin/v1/merchants: making, listing and showing merchants.
#include <array>
#include <boost/json/array.hpp>

#include "admin/change.h"
#include "admin/fields.h"
#include "admin/query.h"
#include "admin/views.h"

namespace favorhook::admin {
namespace {

namespace json = boost::json;

// Stock ids begin with their creator's number, six digits; the first is the one seen in live data
// (protocol §3.2).
constexpr std::int64_t kFirstNumber = 128207;
constexpr std::int64_t kLastNumber = 999999;
constexpr const char* kNumberSequence = "merchant";

constexpr std::string_view kKindsSay = "direct, provider or channel";

struct NewMerchant {
  store::MerchantRow row;  // all but the number
  store::MerchantCertificateRow certificate;
  store::Apiv3KeyRow apiv3_key;  // empty: none
};

Result<NewMerchant> read_new_merchant(const Call& call) {
  auto body = read_body(call.request);
  if (!body) return fail(body.error());
  Fields fields(std::move(*body));
  const ServiceDeps& deps = *call.deps;
  const WallTime now = deps.clocks.wall();

  NewMerchant made;
  made.row.mchid = fields.text("mchid", kMchId);
  made.row.name = fields.text("name", kName);
  made.row.kind = fields.text("kind", kWord);
  const std::string csr = fields.text("csr", kPem);
  const auto apiv3_key = fields.nullable_text("apiv3_key", kApiv3Key);
  if (auto finished = fields.finish(); !finished) return fail(finished.error());
  if (!from_text<coupon::MerchantKind>(made.row.kind)) return fail("kind must be {}", kKindsSay);
  const auto request = crypto::CertificateRequest::from_pem(csr);
  if (!request) return fail("csr: {}", request.error().what);

  made.row.mode = to_text(coupon::SigningMode::certificate);
  made.row.event_push = deps.sandbox;
  made.row.api_send = deps.sandbox;
  const std::string pem =
      deps.authority.issue_merchant(made.row.mchid, made.row.name, request->public_key, now);
  const auto certificate = crypto::Certificate::from_pem(pem);
  if (!certificate) return fail(certificate.error());
  made.certificate = {made.row.mchid,          certificate->serial_no, pem,
                      certificate->not_before, certificate->not_after, false};
  made.apiv3_key = {made.row.mchid, apiv3_key.value_or(""), now};
  return made;
}

std::optional<HttpAnswer> add(const NewMerchant& made, store::Batch& batch,
                              const coupon::Context& context) {
  if (find_merchant(batch, context, made.row.mchid)) {
    return error_answer(409, fmt::format("the merchant {} exists already", made.row.mchid));
  }
  const std::int64_t number = kFirstNumber + batch.state.next(kNumberSequence) - 1;
  if (number > kLastNumber) return error_answer(409, "there are no six-digit numbers left");
  store::MerchantRow row = made.row;
  row.number = std::to_string(number);
  batch.directory.add(std::move(row));
  batch.directory.add(made.certificate);
  if (!made.apiv3_key.key.empty()) batch.directory.add(made.apiv3_key);
  return std::nullopt;
}

HttpAnswer created_answer(const NewMerchant& made, const ServiceDeps& deps) {
  const auto directory = deps.directory.get();
  json::object view = merchant_view(*directory->find(made.row.mchid));
  view["serial_no"] = made.certificate.serial_no;
  view["certificate_pem"] = made.certificate.pem;
  view["ca_pem"] = deps.authority.certificate_pem();
  return json_answer(201, view);
}

}  // namespace

void create_merchant(Call call) {
  auto made = read_new_merchant(call);
  if (!made) return call.respond(error_answer(400, made.error().what));
  submit_change(
      std::move(call), {kNumberSequence},
      [made = *made](store::Batch& batch, const coupon::Context& context) {
        return add(made, batch, context);
      },
      [made = *made](const ServiceDeps& deps) { return created_answer(made, deps); });
}

void list_merchants(Call call) {
  static constexpr std::array<std::string_view, 2> kKnown = {"after", "limit"};
  const auto query = read_query(call.request, kKnown);
  if (!query) return call.respond(error_answer(400, query.error().what));
  const auto limit = read_number(*query, "limit", limits::kAdminPageMax, limits::kAdminPageMax);
  if (!limit) return call.respond(error_answer(400, limit.error().what));

  const auto directory = call.deps->directory.get();
  const auto after = query->find("after");
  json::array page;
  std::string last;
  bool more = false;
  directory->each_merchant_after(after == query->end() ? std::string_view() : after->second,
                                 [&](const coupon::Merchant& merchant) {
                                   more = std::ssize(page) == *limit;
                                   if (more) return false;
                                   page.push_back(merchant_view(merchant));
                                   last = merchant.mchid;
                                   return true;
                                 });
  json::object body = {{"merchants", std::move(page)}};
  body["next_after"] = more ? json::value(last) : json::value();
  call.respond(json_answer(200, body));
}

void show_merchant(Call call) {
  const auto directory = call.deps->directory.get();
  const coupon::Merchant* merchant = directory->find(call.id);
  if (merchant == nullptr) return call.respond(error_answer(404, "there is no such merchant"));
  call.respond(json_answer(200, merchant_view(*merchant)));
}

}  // namespace favorhook::admin
