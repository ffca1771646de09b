// The floor of a delivery: a program that does nothing but sign, write to a kept TLS connection and
// read the answer.
//
//   rows.push_back(measure_bare_exchange(bench, rival_keys, 8000));
//
// The receiver is that of the server under test, and so are the length of the request and the
// number of connections. Nothing is sealed, stored, chosen or waited for: the body is made once,
// and each connection is read long after its answer came. CPU is that of the one thread that does
// it, and the signature's is measured within the same loop. Thread safety: one thread. Errors:
// CHECKs.
#pragma once

#include "bench/phases.h"
#include "bench/rival.h"

namespace favorhook::bench {

Row measure_bare_exchange(Bench& bench, const RivalKeys& keys, std::size_t count);

}  // namespace favorhook::bench
