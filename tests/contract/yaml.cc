#include "tests/contract/yaml.h"

#include <yaml-cpp/yaml.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "base/check.h"

namespace favorhook::contract {
namespace {

namespace json = boost::json;

json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);  // quoted
  if (text == "true" || text == "false") return text == "true";
  if (text == "null" || text == "~") return nullptr;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return json::string(text);
}

json::value value_of(const YAML::Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json::array items;
    for (const YAML::Node& item : node) items.push_back(value_of(item));
    return items;
  }
  json::object members;
  for (const auto& member : node) {
    CHECK(members.emplace(member.first.Scalar(), value_of(member.second)).second);
  }
  return members;
}

}  // namespace

json::value read_yaml(const std::string& path) {
  return value_of(YAML::LoadFile(path));
}

}  // namespace favorhook::contract
