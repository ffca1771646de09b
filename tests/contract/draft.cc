#include "tests/contract/draft.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/check.h"

namespace favorhook::contract {
namespace {

constexpr std::string_view kPlace = "@@here@@";

std::string last_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}
std::string above(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}
// As a JSON pointer, * the first item.
std::string pointer_of(std::string path) {
  for (auto at = path.find('*'); at != std::string::npos; at = path.find('*')) path[at] = '0';
  return path;
}

}  // namespace

value example_of(const Contract& contract, const object& schema) {
  if (schema.contains("examples")) return schema.at("examples").as_array().front();
  if (schema.contains("enum")) return schema.at("enum").as_array().front();
  if (has_type(schema, "integer")) return number_of(schema, "minimum").value_or(0);
  if (has_type(schema, "boolean")) return true;
  if (has_type(schema, "string")) {
    return value(std::string(std::size_t(number_of(schema, "minLength").value_or(1)), 'a'));
  }
  if (has_type(schema, "array")) {
    return array{example_of(contract, contract.resolved(schema.at("items")))};
  }
  object out;
  if (!schema.contains("required")) return out;
  for (const value& name : schema.at("required").as_array()) {
    const value& property = schema.at("properties").at(name.as_string());
    out.emplace(name.as_string(), example_of(contract, contract.resolved(property)));
  }
  return out;
}

Draft::Draft(const Contract& contract, const Operation& operation, std::string path)
    : contract_(contract), operation_(operation), path_(std::move(path)) {
  const value* example = operation.body_example("minimal");
  CHECK(example != nullptr);
  body_ = *example;
  // A field that only some value of another allows: that value, for all that stands above as well.
  for (const Field& each : operation_.fields) {
    if (!is_tried(each.path) || !each.schema.contains("x-only-if")) continue;
    const object& only = each.schema.at("x-only-if").as_object();
    put(text_of(only, "field"), only.at("equals"));
  }
  ensure(path_);
  repair();
}

const value* Draft::find(const std::string& path) const {
  boost::json::error_code error;
  return body_.find_pointer(pointer_of(path), error);
}

value* Draft::parent_of(const std::string& path) {
  boost::json::error_code error;
  return body_.find_pointer(pointer_of(above(path)), error);
}

void Draft::put(const std::string& path, value given) {
  ensure(path);
  value* const parent = parent_of(path);
  CHECK(parent != nullptr);
  if (parent->is_array()) {
    parent->get_array()[0] = std::move(given);
  } else {
    parent->as_object()[last_name(path)] = std::move(given);
  }
}

void Draft::drop(const std::string& path) {
  value* const parent = parent_of(path);
  if (parent == nullptr) return;
  if (parent->is_array()) {
    parent->get_array().clear();
  } else {
    parent->as_object().erase(last_name(path));
  }
}

void Draft::ensure(const std::string& path) {
  if (path.empty() || find(path) != nullptr) return;
  ensure(above(path));
  if (find(path) != nullptr) return;  // it came with its parent's example
  value* const parent = parent_of(path);
  value example = example_of(contract_, field(path).schema);
  if (parent->is_array()) {
    parent->get_array().push_back(std::move(example));
  } else {
    parent->as_object().emplace(last_name(path), std::move(example));
  }
}

const Field& Draft::field(std::string_view path) const {
  const auto found = std::ranges::find(operation_.fields, path, &Field::path);
  CHECK(found != operation_.fields.end());
  return *found;
}

bool Draft::is_tried(const std::string& path) const {
  return path_ == path || path_.starts_with(path + "/");
}

bool Draft::holds(const object& condition) const {
  const value* other = find(text_of(condition, "field"));
  if (other == nullptr) return false;
  if (condition.contains("equals")) return *other == condition.at("equals");
  if (other->is_int64()) return other->get_int64() != 0;
  return !other->is_array() || !other->get_array().empty();
}

void Draft::repair() {
  for (const Field& each : operation_.fields) {
    if (each.location != "body") continue;
    repair_only(each);
    repair_required(each);
    repair_order(each);
  }
}

void Draft::repair_only(const Field& each) {
  if (!each.schema.contains("x-only-if") || find(each.path) == nullptr) return;
  if (!holds(each.schema.at("x-only-if").as_object())) drop(each.path);
}

void Draft::repair_required(const Field& each) {
  if (!each.schema.contains("x-required-if")) return;
  if (!holds(each.schema.at("x-required-if").as_object())) return;
  const value* own = find(each.path);
  if (own == nullptr) {
    ensure(each.path);
  } else if (own->is_array() && own->get_array().empty()) {
    put(each.path, example_of(contract_, each.schema));
  }
}

void Draft::repair_order(const Field& each) {
  const std::string begin = text_of(each.schema, "x-not-before");
  const value* end = find(each.path);
  if (begin.empty() || end == nullptr || !end->is_int64()) return;
  const std::string begin_path = above(each.path) + "/" + begin;
  const value* from = find(begin_path);
  if (from == nullptr || !from->is_int64() || from->get_int64() <= end->get_int64()) return;
  if (path_ == each.path) {
    put(begin_path, value(*end));
  } else {
    put(each.path, value(*from));
  }
}

std::string Draft::text_with(const std::string& raw) const {
  return text_with_raw(body_, path_, raw);
}

std::string text_with_raw(value body, const std::string& path, const std::string& raw) {
  boost::json::error_code error;
  value* const at = body.find_pointer(pointer_of(path), error);
  CHECK(at != nullptr);
  *at = kPlace;
  std::string text = boost::json::serialize(body);
  const std::string place = "\"" + std::string(kPlace) + "\"";
  return text.replace(text.find(place), place.size(), raw);
}

}  // namespace favorhook::contract
