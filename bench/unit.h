// The physical units of this run: what a signature, a verification and a flush cost here and now.
//
//   const Unit unit = measure_unit();     // CPU time of one thread, not affected by other
//   processes' turns
//
// Thread safety: plain functions.
#pragma once

#include <string>
#include <vector>

namespace favorhook::bench {

struct Unit {
  double sign_us = 0;
  double verify_us = 0;
};

Unit measure_unit();
Unit mean(const std::vector<Unit>& units);
// CPU time of a signature while all cores sign: cores that share their arithmetic slow each other.
double sign_us_on_all_cores();
// The median of 4 KiB appended and fdatasync'ed in this directory.
double flush_p50_us(const std::string& directory);

}  // namespace favorhook::bench
