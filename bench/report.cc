#include "bench/report.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

namespace favorhook::bench {
namespace {

double mib(std::int64_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

std::string goal_text(const Row& row) {
  if (row.goal == 0) return "";
  return fmt::format("{:.2f} {}", row.goal, row.ratio() <= row.goal ? "met" : "NOT MET");
}

boost::json::object row_json(const Row& row) {
  boost::json::object more;
  for (const auto& [name, value] : row.more) more[name] = value;
  boost::json::object out = {{"id", row.id},
                             {"title", row.title},
                             {"per_second", row.per_second},
                             {"server_cpu_us", row.cpu_us},
                             {"server_cpu_signatures", row.cpu_us / row.unit.sign_us},
                             {"limit", row.limit},
                             {"limit_us", row.limit_us},
                             {"ratio", row.ratio()},
                             {"sign_us", row.unit.sign_us},
                             {"verify_us", row.unit.verify_us}};
  if (row.goal > 0) {
    out["goal"] = row.goal;
    out["goal_met"] = row.ratio() <= row.goal;
  }
  for (auto& member : more) out[member.key()] = member.value();
  return out;
}

}  // namespace

std::string as_table(const Report& report) {
  std::string text = "machine\n";
  const auto line = [&text](const std::string& name, const std::string& value) {
    text += fmt::format("  {:<24}{}\n", name, value);
  };
  for (const auto& [name, value] : report.machine) line(name, value);
  line("disk flush, p50", fmt::format("{:.0f} µs", report.flush_us));
  line("RSA-2048 signature", fmt::format("{:.1f} µs of CPU; {:.1f} µs with all cores signing",
                                         report.unit.sign_us, report.sign_all_cores_us));
  line("RSA-2048 verification", fmt::format("{:.1f} µs of CPU", report.unit.verify_us));
  text += fmt::format("\n{:<46}{:>9}{:>9}{:>9}{:>7}  {:<15}{}\n", "", "per s", "CPU µs", "limit µs",
                      "ratio", "goal", "limit");
  for (const Row& row : report.rows) {
    text +=
        fmt::format("{:<46}{:>9.0f}{:>9.1f}{:>9.1f}{:>7.2f}  {:<15}{}\n", row.title, row.per_second,
                    row.cpu_us, row.limit_us, row.ratio(), goal_text(row), row.limit);
    std::string more;
    for (const auto& [name, value] : row.more) more += fmt::format("  {} {:.3g}", name, value);
    text += fmt::format("  {}\n", more);
  }
  const Memory& memory = report.memory;
  text += fmt::format(
      "\nmemory: {:.1f} MiB at the start, {:.1f} MiB after the load; restarted {:.1f} MiB, with {} "
      "pending events {:.1f} MiB: {:.0f} bytes an event\n",
      mib(memory.at_start), mib(memory.after_load), mib(memory.restarted), memory.backlog,
      mib(memory.with_backlog), memory.per_event());
  text += fmt::format(
      "from the start to the first delivery: {:.0f} ms, with one pending event {:.0f} ms; {:.1f} "
      "MiB "
      "while delivering them\n",
      memory.first_delivery_ms, memory.first_delivery_empty_ms, mib(memory.delivering));
  text += fmt::format("{:.0f} s in all; CPU is the server's alone, ratio = CPU / limit\n",
                      report.seconds);
  return text;
}

boost::json::object as_json(const Report& report) {
  boost::json::object machine;
  for (const auto& [name, value] : report.machine) machine[name] = value;
  boost::json::array rows;
  for (const Row& row : report.rows) rows.push_back(row_json(row));
  const Memory& memory = report.memory;
  return {{"command", report.command},
          {"commit", report.commit},
          {"seconds", report.seconds},
          {"machine", std::move(machine)},
          {"unit",
           {{"sign_us", report.unit.sign_us},
            {"sign_all_cores_us", report.sign_all_cores_us},
            {"verify_us", report.unit.verify_us},
            {"flush_p50_us", report.flush_us}}},
          {"rows", std::move(rows)},
          {"memory",
           {{"at_start_bytes", memory.at_start},
            {"after_load_bytes", memory.after_load},
            {"restarted_bytes", memory.restarted},
            {"with_backlog_bytes", memory.with_backlog},
            {"delivering_backlog_bytes", memory.delivering},
            {"backlog_events", memory.backlog},
            {"first_delivery_ms", memory.first_delivery_ms},
            {"first_delivery_of_one_ms", memory.first_delivery_empty_ms},
            {"bytes_per_pending_event", memory.per_event()}}}};
}

}  // namespace favorhook::bench
