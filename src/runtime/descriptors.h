// How many connections of clients the process has descriptors for.
//
//   options.limits.connections = connections_that_fit(loops);
//
// Raises the soft bound on descriptors to the hard one: the usual soft bound, 1024, is for programs
// that use select(), which this one does not. Deliveries and everything else keep their share, as
// far as there is enough for all. Thread safety: before threads that open files.
#pragma once

#include <cstddef>

namespace favorhook::runtime {

std::size_t connections_that_fit(std::size_t loops);

}  // namespace favorhook::runtime
