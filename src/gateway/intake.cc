#include "gateway/intake.h"

#include <chrono>

#include "base/log.h"
#include "gateway/answer.h"
#include "gateway/authenticate.h"
#include "gateway/command_work.h"

namespace favorhook::gateway {

using apiv3::ErrorId;
using apiv3::Refusal;
using apiv3::refuse;

Intake::Intake(GatewayDeps deps, GatewayOptions options)
    : deps_(std::move(deps)),
      options_(std::move(options)),
      services_{*deps_.reader, deps_.url_policy, deps_.clocks, deps_.random, options_},
      directory_(deps_.directory),
      signers_(std::move(deps_.make_signer)) {}

// The order observed on the real system (protocol §1.6).
void Intake::take(const HttpRequest& request, Respond respond) {
  const WallTime now = deps_.clocks.wall();
  Pending pending{std::move(respond), deps_.clocks.monotonic(), directory_.get()};

  const auto match = find_route(request.method, route_path(request.target, options_.base_path));
  if (!match) return finish(std::move(pending), refuse(match.error()));

  if (auto fault = client_headers_fault(request.headers)) {
    return finish(std::move(pending), refuse(std::move(*fault)));
  }
  const auto caller = authenticate(request, *pending.directory, now);
  if (!caller) {
    deps_.metrics.authentication_failures.add();
    return finish(std::move(pending), refuse(caller.error()));
  }

  // From here on the answer is signed: by the key of the merchant's mode, or the one that it names.
  const coupon::Merchant& merchant = *caller->merchant;
  pending.key = pending.directory->platform_key_for(merchant.mode, now);
  const auto named = named_key(*pending.directory, request.headers, now);
  if (!named) return finish(std::move(pending), refuse(named.error()));
  if (*named != nullptr) pending.key = *named;
  if (pending.key == nullptr) {
    log_error("no_platform_key", {{"mode", to_text(merchant.mode)}});
    return finish(std::move(pending), refuse(ErrorId::system_error));
  }

  const Call call{request, match->parameter, *pending.directory, merchant};
  dispatch(*match, call, std::move(pending));
}

void Intake::dispatch(const Match& match, const Call& call, Pending pending) {
  if (const auto* read = std::get_if<ReadHandler>(&match.route->handler)) {
    return finish(std::move(pending), (*read)(call, services_));
  }
  const CommandHandler& handler = std::get<CommandHandler>(match.route->handler);
  auto command = handler.command(call, services_);
  if (!command) return finish(std::move(pending), refuse(std::move(command.error())));
  submit(std::move(*command), handler, std::move(pending));
}

void Intake::submit(coupon::Command command, const CommandHandler& handler, Pending pending) {
  auto mine = std::make_unique<CommandWork>(
      std::move(command), deps_.executor,
      [self = shared_from_this(), pending = std::move(pending),
       to_body = handler.body](coupon::Decision decision) mutable {
        if (!decision) {
          return self->finish(std::move(pending), refuse(std::move(decision.error())));
        }
        self->finish(std::move(pending), to_body(*decision, self->options_));
      });
  CommandWork& kept = *mine;
  std::unique_ptr<store::Work> work = std::move(mine);
  if (!deps_.queue.submit(work)) kept.refuse_now(ErrorId::service_unavailable);
}

void Intake::finish(Pending pending, Body body) {
  const WallTime now = deps_.clocks.wall();
  HttpAnswer answer = body ? success_answer(std::move(*body), now, deps_.random)
                           : refusal_answer(body.error(), options_.wire, now, deps_.random);
  if (pending.key != nullptr) {
    sign_answer(answer, *pending.key, signers_.get(*pending.key), now, deps_.random);
    deps_.metrics.signatures.add();
  }
  deps_.metrics.requests[status_class(answer.status)].add();
  const std::chrono::duration<double> took = deps_.clocks.monotonic() - pending.began;
  deps_.metrics.request_seconds.observe(took.count());
  pending.respond(std::move(answer));
}

}  // namespace favorhook::gateway
