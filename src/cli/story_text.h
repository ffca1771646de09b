// What the story says to a person, step by step, and what a developer needs at its end.
//
//   Narrator narrator(shared.json);
//   narrator.step("The notification URL");
//   narrator.exchange("POST", target, answer);
//
// Writes to stdout, flushed, so that a reader sees each step as it happens; a silent one writes
// nothing. Thread safety: one thread.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "cli/json_view.h"
#include "cli/merchant_files.h"
#include "cli/receiver.h"
#include "favorhook/client.h"

namespace favorhook::cli {

struct DeveloperFacts {
  MerchantFiles files;
  ServerAddresses server;
  std::string program;
  std::string data_dir;
  std::string appid;
};

class Narrator {
 public:
  explicit Narrator(bool silent) : silent_(silent) {}

  void step(std::string_view what);  // numbered
  void note(std::string_view what);
  void exchange(std::string_view method, std::string_view target, const merchant::Answer& answer);
  void notification(const ReceivedPost& post);
  // One attempt as GET /admin/v1/events/{id} shows it: verdict, status and the phases in ms.
  void attempt(const boost::json::object& attempt);
  void developer_facts(const DeveloperFacts& facts);

 private:
  void say(const std::string& line);
  void fact(std::string_view name, std::string_view value);
  bool silent_;
  int steps_ = 0;
};

}  // namespace favorhook::cli
