// The machine and the versions behind a run's figures.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace favorhook::bench {

// Names and values, in the order in which they are printed.
std::vector<std::pair<std::string, std::string>> describe_machine();

}  // namespace favorhook::bench
