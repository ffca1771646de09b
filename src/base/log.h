// One structured line per fact: a level, an event's name and its fields. Never a key, a token or a
// plaintext.
//
//   log_info("listening", {{"address", address}, {"port", port}});
//
// Thread safety: any thread. Errors: a line that cannot be written is lost.
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace favorhook {

// none: no lines at all, for simulation, where faults are the rule.
enum class LogLevel { debug, info, warning, error, none };

struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}
  std::string_view key;
  std::string value;
};

// "debug", "info", "warning" or "error"; nothing for any other text.
std::optional<LogLevel> log_level_from(std::string_view text);

// Lines below the level are dropped. The default is info, to stderr, as text: `time level event
// key=value …`.
void set_log_level(LogLevel level);
void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log_line(LogLevel::error, event, fields);
}

}  // namespace favorhook
