// Writing. Boost.JSON's serializer cannot sort members, so this one writes everything.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <vector>

#include "apiv3/json.h"
#include "apiv3/utf8.h"

namespace favorhook::apiv3 {
namespace {

namespace json = boost::json;

enum class Order { sorted, as_it_is };
// Most answers are shorter; longer ones grow.
constexpr std::size_t kUsualBytes = 512;
constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";

// The bytes at the front of the text that go out as they are: one character, or 0 where it must be
// escaped or is no UTF-8.
std::size_t length_as_it_is(std::string_view text) {
  const char c = text.front();
  if (static_cast<std::uint8_t>(c) >= 0x80) return sequence_length(text);
  return static_cast<std::uint8_t>(c) >= 0x20 && c != '"' && c != '\\' ? 1 : 0;
}

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;

// Whether eight bytes are ASCII that needs no escape.
bool is_plain(std::uint64_t word) {
  constexpr std::uint64_t kTops = 0x80 * kOnes;
  // Subtracting borrows into a byte's top bit where it was too small: below 0x20, or equal to the
  // character that it was xored with. A borrow from below may say no in vain, never yes.
  const std::uint64_t control = word - 0x20 * kOnes;
  const std::uint64_t quote = (word ^ ('"' * kOnes)) - kOnes;
  const std::uint64_t backslash = (word ^ ('\\' * kOnes)) - kOnes;
  return ((word | control | quote | backslash) & kTops) == 0;
}

// How many bytes at the front, eight at a time, are ASCII that needs no escape: most of what is
// written, ciphertexts above all. The last few stand in a word that is filled up with letters.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (; at < text.size(); at += 8) {
    std::uint64_t word = 'x' * kOnes;
    const std::size_t left = text.size() - at;
    // Two calls, since only the one with a fixed size is a single instruction.
    if (left >= 8) {
      std::memcpy(&word, text.data() + at, 8);
    } else {
      std::memcpy(&word, text.data() + at, left);
    }
    if (!is_plain(word)) return at;
  }
  return text.size();
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kShortForms = "\"\\\b\f\n\r\t";
  constexpr std::string_view kShortLetters = "\"\\bfnrt";
  if (static_cast<std::uint8_t>(c) >= 0x80) {
    // Texts from outside (a raw target, an unparsed body) may be no UTF-8; the answer must be.
    out += kReplacementCharacter;
  } else if (const auto at = kShortForms.find(c); at != std::string_view::npos) {
    out += '\\';
    out += kShortLetters[at];
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

class Writer {
 public:
  explicit Writer(Order order) : order_(order) { out.reserve(kUsualBytes); }

  void value(const json::value& item) {
    switch (item.kind()) {
      case json::kind::null:
        out += "null";
        break;
      case json::kind::bool_:
        out += item.get_bool() ? "true" : "false";
        break;
      case json::kind::int64:
        out += std::to_string(item.get_int64());
        break;
      case json::kind::uint64:
        out += std::to_string(item.get_uint64());
        break;
      case json::kind::double_:
        real(item.get_double());
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
  // The shortest text that reads back as the same number, and as a double: 1.0 is not written as 1.
  void real(double item) {
    const std::string text = fmt::format("{}", item);
    out += text;
    if (text.find_first_of(".e") == std::string::npos) out += ".0";
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
  std::size_t written = 0;
  for (std::size_t at = plain_prefix(text); at < text.size();) {
    const std::size_t length = length_as_it_is(text.substr(at));
    if (length == 0) {
      out += text.substr(written, at - written);
      append_escaped(out, text[at]);
      written = at + 1;
    }
    at += std::max<std::size_t>(length, 1);
    at += plain_prefix(text.substr(at));
  }
  out += text.substr(written);
  out += '"';
}

std::string to_sorted_json(const json::value& value) {
  return write(value, Order::sorted);
}

std::string to_ordered_json(const json::value& value) {
  return write(value, Order::as_it_is);
}

}  // namespace favorhook::apiv3
