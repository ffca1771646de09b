#include "tests/contract/contract.h"

#include <algorithm>

#include "base/check.h"
#include "tests/contract/yaml.h"

namespace favorhook::contract {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
  return out;
}

const object& body_content(const Operation& operation) {
  return operation.node.at("requestBody").at_pointer("/content/application~1json").as_object();
}

}  // namespace

const value* Operation::body_schema() const {
  return node.contains("requestBody") ? body_content(*this).if_contains("schema") : nullptr;
}

const value* Operation::body_example(std::string_view name) const {
  const object& examples = body_content(*this).at("examples").as_object();
  return examples.contains(name) ? &examples.at(name).at("value") : nullptr;
}

Contract::Contract(const std::string& path) : document_(read_yaml(path)) {
  for (const auto& [name, item] : root().at("paths").as_object()) {
    for (const char* method : {"get", "post", "put", "patch", "delete"}) {
      if (item.as_object().contains(method)) add_operation(name, item.as_object(), method);
    }
  }
  for (const auto& [id, example] : root().at("components").at("examples").as_object()) {
    add_error(id, example.as_object());
  }
  for (const auto& [id, example] : root().at("x-other-errors").as_object()) {
    add_error(id, example.as_object());
  }
}

void Contract::add_operation(const std::string& path, const object& path_item,
                             const std::string& method) {
  const object& node = path_item.at(method).as_object();
  Operation operation{text_of(node, "operationId"), upper(method), path, node, {}};
  add_parameters(operation, path_item);
  add_parameters(operation, node);
  if (const value* schema = operation.body_schema()) {
    add_fields(operation.fields, "", resolved(*schema));
  }
  operations_.push_back(std::move(operation));
}

void Contract::add_parameters(Operation& operation, const object& from) const {
  if (!from.contains("parameters")) return;
  for (const value& each : from.at("parameters").as_array()) {
    const object parameter = resolved(each);
    const std::string in = text_of(parameter, "in");
    if (in == "header") continue;
    operation.fields.push_back({"/" + text_of(parameter, "name"), resolved(parameter.at("schema")),
                                flag_of(parameter, "required"),
                                in == "path" ? "uri_template" : "query"});
  }
}

void Contract::add_fields(std::vector<Field>& fields, const std::string& path,
                          const object& schema) const {
  if (schema.contains("items")) {
    const object items = resolved(schema.at("items"));
    fields.push_back({path + "/*", items, false, "body"});
    add_fields(fields, path + "/*", items);
  }
  if (!schema.contains("properties")) return;
  const auto is_required = [&](std::string_view name) {
    if (!schema.contains("required")) return false;
    const array& names = schema.at("required").as_array();
    return std::ranges::any_of(names, [&](const value& one) { return one.as_string() == name; });
  };
  for (const auto& [name, property] : schema.at("properties").as_object()) {
    const object own = resolved(property);
    const std::string own_path = path + "/" + std::string(name);
    fields.push_back({own_path, own, is_required(name), "body"});
    add_fields(fields, own_path, own);
  }
}

void Contract::add_error(std::string_view id, const object& example) {
  errors_.push_back({std::string(id), int(example.at("x-status").as_int64()),
                     !example.contains("x-signed"), example.contains("x-never"),
                     text_of(example, "x-code-live"), example.at("value"),
                     text_of(example, "summary")});
}

const Operation& Contract::operation(std::string_view id) const {
  const auto found = std::ranges::find(operations_, id, &Operation::id);
  CHECK(found != operations_.end());
  return *found;
}

const ContractError& Contract::error(std::string_view id) const {
  const auto found = std::ranges::find(errors_, id, &ContractError::id);
  CHECK(found != errors_.end());
  return *found;
}

object Contract::resolved(const value& node) const {
  object own = node.as_object();
  const auto reference = own.find("$ref");
  if (reference == own.end()) return own;
  const std::string pointer = std::string(reference->value().as_string()).substr(1);
  object out = resolved(document_.at_pointer(pointer));
  own.erase("$ref");
  for (const auto& [name, member] : own) out[name] = member;
  return out;
}

std::vector<std::string> Contract::errors_of(const Operation& operation) const {
  std::vector<std::string> out;
  for (const auto& [status, node] : operation.responses()) {
    if (status.starts_with("2")) continue;
    const object response = resolved(node);
    if (response.contains("x-errors")) {
      for (const value& id : response.at("x-errors").as_array()) {
        out.emplace_back(id.as_string());
      }
    }
    if (!response.contains("content")) continue;
    const value& examples = response.at("content").at_pointer("/application~1json/examples");
    for (const auto& [id, ignored] : examples.as_object()) out.emplace_back(id);
  }
  return out;
}

const Contract& the_contract() {
  static const Contract contract(std::string(FAVORHOOK_ROOT) + "/api/openapi.yaml");
  return contract;
}

std::string text_of(const object& schema, std::string_view member) {
  const value* found = schema.if_contains(member);
  return found != nullptr ? std::string(found->as_string()) : "";
}

std::optional<std::int64_t> number_of(const object& schema, std::string_view member) {
  const value* found = schema.if_contains(member);
  return found != nullptr ? std::optional(found->as_int64()) : std::nullopt;
}

bool flag_of(const object& schema, std::string_view member) {
  const value* found = schema.if_contains(member);
  return found != nullptr && found->as_bool();
}

bool has_type(const object& schema, std::string_view type) {
  if (type == "time") return text_of(schema, "format") == "date-time";
  const value& types = schema.at("type");
  if (types.is_string()) return types.as_string() == type;
  return std::ranges::any_of(types.as_array(),
                             [&](const value& one) { return one.as_string() == type; });
}

std::string joined_enum(const object& schema) {
  std::string out;
  if (!schema.contains("enum")) return out;
  for (const value& choice : schema.at("enum").as_array()) {
    out += (out.empty() ? "" : "|") + std::string(choice.as_string());
  }
  return out;
}

}  // namespace favorhook::contract
