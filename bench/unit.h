// The physical units of this run: what a signature, a verification and a flush cost here and now.
//
//   Units units;  …  units.end()     // CPU time on a thread of its own while a phase runs
//
// Thread safety: plain functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace favorhook::bench {

struct Unit {
  double sign_us = 0;
  double verify_us = 0;
};

// Signs and verifies in short bursts from its making to end(), some 4 % of a core. What else the
// machine does meanwhile slows signatures down by up to a third, so they are measured beside the
// phase that is divided by them and not before it.
class Units {
 public:
  Units();
  ~Units();
  Unit end();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

Unit mean(const std::vector<Unit>& units);
// CPU time of a signature while all cores sign: cores that share their arithmetic slow each other.
double sign_us_on_all_cores();
// The median of 4 KiB appended and fdatasync'ed in this directory.
double flush_p50_us(const std::string& directory);

}  // namespace favorhook::bench
