#include "gateway/gateway.h"

#include "gateway/answer.h"
#include "gateway/intake.h"

namespace favorhook::gateway {

Gateway::Gateway(GatewayDeps deps, GatewayOptions options)
    : intake_(std::make_shared<Intake>(std::move(deps), std::move(options))) {}

Gateway::~Gateway() = default;

void Gateway::handle(const HttpRequest& request, Respond respond) {
  intake_->take(request, std::move(respond));
}

HttpAnswer malformed_answer(apiv3::ErrorId id, WallTime now, Random& random) {
  HttpAnswer answer = refusal_answer({id}, apiv3::Wire::documented, now, random);
  answer.close = true;
  return answer;
}

}  // namespace favorhook::gateway
