// What favorhook is compared with: bench/compare/rival.mjs, on Redis or on nothing, delivering to
// the same receiver.
//
//   RivalKeys keys = RivalKeys::make();                     // before the receiver is started
//   rows.push_back(measure_rival(bench, keys, rival_settings, Rival::bullmq, 4000));
//
// CPU is that of the Node.js process and of Redis, as the server's is for favorhook. Thread safety:
// one thread. Errors: exits with what the rival's log says.
#pragma once

#include "bench/phases.h"
#include "crypto/keys.h"

namespace favorhook::bench {

enum class Rival { bullmq, undici };

// The pair that rivals sign with; the receiver trusts it by this id.
struct RivalKeys {
  std::string id = "PUB_KEY_ID_0000000000000000000000000001";
  crypto::PrivateKey key = crypto::PrivateKey::generate_rsa2048();
};

struct RivalPlace {
  std::string script;  // bench/compare/rival.mjs
  std::string folder;  // on the disk that is measured
};

Row measure_rival(Bench& bench, const RivalKeys& keys, const RivalPlace& place, Rival rival,
                  std::size_t count);

}  // namespace favorhook::bench
