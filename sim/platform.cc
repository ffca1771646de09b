#include "sim/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "apiv3/authorization.h"
#include "apiv3/notification.h"
#include "apiv3/signing_string.h"
#include "base/check.h"
#include "base/probe.h"
#include "crypto/digest.h"
#include "sim/keys.h"

namespace favorhook::sim {
namespace {

using coupon::SigningMode;

constexpr WallTime kFrom{Millis(kStartMillis)};
constexpr WallTime kFromBefore = kFrom - std::chrono::hours(24 * 10);
constexpr WallTime kUntil = kFrom + std::chrono::hours(24 * 365);

std::string serial_of(SigningMode mode, std::size_t number) {
  return mode == SigningMode::certificate ? fmt::format("{:040X}", 0xB0000 + number)
                                          : fmt::format("PUB_KEY_ID_{:034}", number);
}

}  // namespace

std::string mchid_of(std::size_t merchant) {
  return fmt::format("19{:08}", 1 + merchant);
}

std::string apiv3_key_of(const std::string& mchid, std::uint32_t version) {
  return crypto::sha256_hex(fmt::format("{} {}", mchid, version)).substr(0, 32);
}

std::optional<std::string> SimUrlPolicy::host_refused(std::string_view url) const {
  return url == kRefusedUrl ? std::optional<std::string>("refused") : std::nullopt;
}

Platform::Platform(History& history, const SimClocks& clocks)
    : history_(history), clocks_(clocks), merchants_signer_(keys().merchants) {}

store::Batch Platform::first_keys() {
  store::Batch batch;
  for (const SigningMode mode : {SigningMode::certificate, SigningMode::public_key}) {
    if (keys_.size() < 2) {
      keys_.push_back({serial_of(mode, keys_.size()), mode, kFromBefore, keys_.size()});
      history_.beliefs[{"platform", keys_.back().serial}].submit("made");
    }
  }
  batch.directory.of<store::PlatformKeyRow>() = {row_of(keys_[0]), row_of(keys_[1])};
  return batch;
}

void Platform::started() {
  for (std::size_t i = 0; i < 2; ++i) {
    Belief& belief = history_.beliefs[{"platform", keys_.at(i).serial}];
    if (belief.current().empty()) belief.acknowledge("made", clocks_.elapsed());
  }
}

std::optional<PlatformKeyPlan> Platform::make_key(SigningMode mode) {
  const WallTime now = clocks_.wall();
  const bool same_moment =
      std::ranges::find(keys_, now, &PlatformKeyPlan::not_before) != keys_.end();
  if (keys_.size() == kPlatformKeys || same_moment) return std::nullopt;
  keys_.push_back({serial_of(mode, keys_.size()), mode, now, keys_.size()});
  return keys_.back();
}

store::PlatformKeyRow Platform::row_of(const PlatformKeyPlan& plan) {
  const bool certified = plan.mode == SigningMode::certificate;
  return {plan.serial,
          std::string(to_text(plan.mode)),
          certified ? keys().merchants_certificate : "",  // nobody here reads it
          keys().platform[plan.pair].pem,
          plan.not_before,
          kUntil};
}

store::Batch Platform::merchant_rows(const std::string& mchid, Setup setup, WallTime now) {
  store::Batch batch;
  batch.directory.add(store::MerchantRow{.mchid = mchid,
                                         .name = mchid,
                                         .kind = "direct",
                                         .number = mchid.substr(4),
                                         .mode = std::string(to_text(SigningMode::certificate)),
                                         .event_push = setup != Setup::push_off,
                                         .api_send = true});
  batch.directory.add(store::MerchantCertificateRow{.mchid = mchid,
                                                    .serial_no = keys().merchants_serial,
                                                    .pem = keys().merchants_certificate,
                                                    .not_before = kFromBefore,
                                                    .not_after = kUntil,
                                                    .revoked = false});
  if (setup != Setup::no_apiv3_key) {
    batch.directory.add(
        store::Apiv3KeyRow{.mchid = mchid, .key = apiv3_key_of(mchid, 0), .valid_from = now});
  }
  batch.directory.add(store::MerchantAppRow{.mchid = mchid, .appid = kAppid});
  return batch;
}

HttpRequest Platform::signed_request(const std::string& mchid, std::string method,
                                     std::string target, std::string body, WallTime now) {
  apiv3::Authorization authorization;
  authorization.mchid = mchid;
  authorization.nonce_str = "593BEC0C930BF1AFEB40B4A08C8FB242";
  authorization.timestamp = std::to_string(unix_seconds(now));
  authorization.serial_no = keys().merchants_serial;
  authorization.signature = merchants_signer_.sign(apiv3::request_signing_string(
      method, target, authorization.timestamp, authorization.nonce_str, body));
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  request.headers = {{"Accept", "application/json"},
                     {"User-Agent", "favorhook-sim"},
                     {"Content-Type", "application/json"},
                     {"Authorization", apiv3::format_authorization(authorization)}};
  return request;
}

const PlatformKeyPlan* Platform::find(std::string_view serial) const {
  const auto found = std::ranges::find(keys_, serial, &PlatformKeyPlan::serial);
  return found == keys_.end() ? nullptr : &*found;
}

// The newest that is valid, else the newest, of those that exist; a key whose making is not
// acknowledged may exist or not, and one that is newer than `since` may have come too late.
bool Platform::in_force(const PlatformKeyPlan& key, SigningMode mode, Millis since) const {
  if (key.mode != mode) return false;
  const bool clock_moved =
      std::ranges::any_of(history_.other_clock, [&](const Span& each) { return each.to >= since; });
  if (clock_moved) return true;
  const WallTime now = clocks_.wall();
  const auto rank = [now](const PlatformKeyPlan& each) {
    return std::pair(each.not_before <= now, each.not_before);
  };
  return std::ranges::none_of(keys_, [&](const PlatformKeyPlan& other) {
    const auto belief = history_.beliefs.find({"platform", other.serial});
    const bool certain = belief != history_.beliefs.end() && belief->second.current() == "made" &&
                         belief->second.since() <= since;
    return other.mode == mode && certain && rank(other) > rank(key);
  });
}

bool Platform::in_force_for(const PlatformKeyPlan& key, const std::string& mchid) const {
  const Belief& mode = history_.beliefs[{"mode", mchid}];
  const Belief& gray = history_.beliefs[{"gray", mchid}];
  const auto gray_may_be = [&](int from, int to) {
    return std::ranges::any_of(kGrayPercents, [&](int each) {
      return from <= each && each <= to && gray.possible(std::to_string(each));
    });
  };
  const auto fits = [&](SigningMode each) {
    const bool set = mode.possible(std::string(to_text(each)));
    const bool drawn =
        each == SigningMode::certificate ? set && gray_may_be(0, 99) : set || gray_may_be(1, 100);
    return drawn && in_force(key, each, clocks_.elapsed());
  };
  return fits(SigningMode::certificate) || fits(SigningMode::public_key);
}

std::string Platform::answer_fault(const HttpAnswer& answer, Millis asked) const {
  const auto signature = apiv3::read_signature_headers(answer.headers);
  if (!signature) return signature.error().what;
  const PlatformKeyPlan* key = find(signature->serial);
  if (key == nullptr) return "nobody knows the key " + signature->serial;
  if (!in_force(*key, key->mode, asked)) return "the key " + signature->serial + " is an old one";
  const std::string text =
      apiv3::answer_signing_string(signature->timestamp, signature->nonce, answer.body);
  const bool verified =
      crypto::verify_sha256_rsa(keys().platform[key->pair].key, text, signature->signature);
  return verified ? "" : "the signature does not verify";
}

void Platform::open(const PostOrder& order, SeenPost& seen) const {
  const auto signature = apiv3::read_signature_headers(order.headers);
  if (!signature) {
    seen.fault = signature.error().what;
    return;
  }
  seen.nonce = signature->nonce;
  const PlatformKeyPlan* key = find(signature->serial);
  const std::string text =
      apiv3::answer_signing_string(signature->timestamp, signature->nonce, order.body);
  if (key == nullptr || !in_force_for(*key, seen.receiver)) {
    seen.fault = "signed with a key that is not in force, " + signature->serial;
  } else if (!crypto::verify_sha256_rsa(keys().platform[key->pair].key, text,
                                        signature->signature)) {
    seen.fault = "the signature does not verify";
  }
  const Belief& apiv3_key = history_.beliefs[{"key", seen.receiver}];
  auto opened = apiv3::open_notification(order.body, apiv3_key.current());
  for (const std::string& other : apiv3_key.unacknowledged()) {
    if (!opened) opened = apiv3::open_notification(order.body, other);
  }
  if (!opened) {
    seen.fault = opened.error().what;
    return;
  }
  seen.event_id = opened->id;
  const auto plaintext = boost::json::parse(opened->plaintext).as_object();
  seen.coupon_code = plaintext.at("coupon_code").as_string();
}

}  // namespace favorhook::sim
