// Writing. Boost.JSON's serializer cannot sort members, so this one writes everything.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "apiv3/json.h"
#include "apiv3/utf8.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

enum class Order { sorted, as_it_is };
constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";

bool is_plain(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// Writes the character at the front of the text, which is not plain ASCII, and gives the bytes it
// took.
std::size_t append_special(std::string& out, std::string_view text) {
  const char c = text.front();
  if (static_cast<std::uint8_t>(c) >= 0x80) {
    // Texts from outside (a raw target, an unparsed body) may be no UTF-8; the answer must be.
    const std::size_t length = sequence_length(text);
    out += length == 0 ? kReplacementCharacter : text.substr(0, length);
    return length == 0 ? 1 : length;
  }
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
  return 1;
}

class Writer {
 public:
  explicit Writer(Order order) : order_(order) {}

  void value(const json::value& item) {
    switch (item.kind()) {
      case json::kind::null:
        out += "null";
        break;
      case json::kind::bool_:
        out += item.get_bool() ? "true" : "false";
        break;
      case json::kind::int64:
        number("{}", item.get_int64());
        break;
      case json::kind::uint64:
        number("{}", item.get_uint64());
        break;
      case json::kind::double_:
        number("{:#}", item.get_double());
        break;
      case json::kind::string:
        append_json_string(out, item.get_string());
        break;
      case json::kind::array:
        array(item.get_array());
        break;
      case json::kind::object:
        object(item.get_object());
        break;
    }
  }

  std::string out;

 private:
  template <class Number>
  void number(fmt::format_string<Number&> format, Number item) {
    fmt::format_to(std::back_inserter(out), format, item);
  }

  void array(const json::array& items) {
    out += '[';
    for (const json::value& item : items) {
      if (&item != items.data()) out += ',';
      value(item);
    }
    out += ']';
  }

  void member(const json::key_value_pair& item) {
    if (out.back() != '{') out += ',';
    append_json_string(out, item.key());
    out += ':';
    value(item.value());
  }

  void object(const json::object& members) {
    const auto name = [](const json::key_value_pair& item) -> std::string_view {
      return item.key();
    };
    out += '{';
    if (order_ == Order::as_it_is || std::ranges::is_sorted(members, {}, name)) {
      for (const json::key_value_pair& item : members) member(item);
    } else {
      std::vector<const json::key_value_pair*> sorted;
      sorted.reserve(members.size());
      for (const json::key_value_pair& item : members) sorted.push_back(&item);
      std::ranges::sort(sorted, {}, [&](const auto* item) { return name(*item); });
      for (const json::key_value_pair* item : sorted) member(*item);
    }
    out += '}';
  }

  Order order_;
};

std::string write(const json::value& value, Order order) {
  Writer writer(order);
  writer.value(value);
  return std::move(writer.out);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto special = std::ranges::find_if_not(text, is_plain);
    out.append(text.begin(), special);
    text = std::string_view(special, text.end());
    if (!text.empty()) text.remove_prefix(append_special(out, text));
  }
  out += '"';
}

std::string to_sorted_json(const json::value& value) {
  return write(value, Order::sorted);
}

std::string to_ordered_json(const json::value& value) {
  return write(value, Order::as_it_is);
}

}  // namespace favorhook::apiv3
