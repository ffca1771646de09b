// GET /v3/marketing/busifavor/callbacks: the notification URL that is set (protocol §3.9).
#include "apiv3/json.h"
#include "gateway/handlers/fields_callback.h"
#include "gateway/handlers/handlers.h"
#include "gateway/handlers/request_fields.h"

namespace favorhook::gateway {

using apiv3::ErrorId;
using apiv3::refuse;

Body get_callback(const Call& call, const Services& services) {
  const auto query = read_query(call.request.target, kGetCallbackRules);
  if (!query) return refuse(query.error());
  std::string mchid = text_at(*query, kMchIdRule.path);
  if (mchid.empty()) mchid = call.caller.mchid;
  if (call.directory.find(mchid) == nullptr) return refuse(ErrorId::mch_not_exists);
  if (!call.directory.may_act_for(call.caller.mchid, mchid)) return refuse(ErrorId::no_auth);

  const auto callback = services.reader.callback(mchid);
  if (!callback) return refuse(store_refusal(callback.error()));
  if (!*callback) return refuse(ErrorId::resource_not_exists);
  return apiv3::to_sorted_json(
      boost::json::object{{"mchid", (*callback)->mchid}, {"notify_url", (*callback)->notify_url}});
}

}  // namespace favorhook::gateway
