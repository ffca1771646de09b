// api/openapi.yaml as the tests ask it: operations, the fields of their requests in order, errors.
//
//   const Contract& contract = the_contract();
//   for (const Operation& operation : contract.operations()) …
//   for (const Field& field : contract.body_fields(operation)) …
//
// Knows nothing of the program. Immutable; errors CHECK.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace favorhook::contract {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// One field of a request.
struct Field {
  std::string path;  // /a/*/b: * stands for each item
  object schema;     // its own, without $ref
  bool required = false;
  std::string location;  // body, query or uri_template, as detail.location says it
};

struct Operation {
  std::string id;
  std::string method;
  std::string path;
  object node;
  std::vector<Field> fields;  // in the order in which they answer

  const object& responses() const { return node.at("responses").as_object(); }
  // The schema of the body, and its example of that name; null where it has none.
  const value* body_schema() const;
  const value* body_example(std::string_view name) const;
};

struct ContractError {
  std::string id;
  int status = 0;
  bool is_signed = true;
  bool never = false;
  std::string code_live;
  value body;  // empty text: no body
  std::string solution;
};

class Contract {
 public:
  explicit Contract(const std::string& path);

  const object& root() const { return document_.get_object(); }
  const std::vector<Operation>& operations() const { return operations_; }
  const Operation& operation(std::string_view id) const;
  const std::vector<ContractError>& errors() const { return errors_; }
  const ContractError& error(std::string_view id) const;
  // What $ref leads to; members beside it win.
  object resolved(const value& node) const;
  // The errors that an operation may answer with, by id.
  std::vector<std::string> errors_of(const Operation& operation) const;

 private:
  void add_operation(const std::string& path, const object& path_item, const std::string& method);
  void add_parameters(Operation& operation, const object& from) const;
  void add_fields(std::vector<Field>& fields, const std::string& path, const object& schema) const;
  void add_error(std::string_view id, const object& example);

  value document_;
  std::vector<Operation> operations_;
  std::vector<ContractError> errors_;
};

const Contract& the_contract();

// Members of a schema, with what their absence means.
std::string text_of(const object& schema, std::string_view member);
std::optional<std::int64_t> number_of(const object& schema, std::string_view member);
bool flag_of(const object& schema, std::string_view member);
// Whether the schema allows a JSON type; "time" for a text in one of §1.13's forms.
bool has_type(const object& schema, std::string_view type);
std::string joined_enum(const object& schema);

}  // namespace favorhook::contract
