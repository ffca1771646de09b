// The figures of a run as a table for people and as JSON.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/phases.h"

namespace favorhook::bench {

struct Report {
  std::string command;
  std::string commit;
  std::vector<std::pair<std::string, std::string>> machine;
  double flush_us = 0;
  Unit unit{};  // mean over the run
  double sign_all_cores_us = 0;
  std::vector<Row> rows{};
  Memory memory{};
  double seconds = 0;  // of the whole run
};

std::string as_table(const Report& report);
boost::json::object as_json(const Report& report);

}  // namespace favorhook::bench
