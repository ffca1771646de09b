// What the contract says a request is answered with: protocol §1.7's forms, filled in from
// api/openapi.yaml alone. A second opinion beside src/apiv3/field_rules and src/gateway/handlers.
//
//   const Finding finding = judge_body(operation, body, known);
//   if (!finding.verdict.taken()) expected = refusal_body(contract, finding);
//
// First the fields in their order, then what stands between fields, then what values mean. Pure
// functions.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tests/contract/contract.h"

namespace favorhook::contract {

// Taken where both are empty.
struct Verdict {
  std::string form{};   // of x-parameter-errors
  std::string error{};  // another error, by its id
  std::string limit{};  // {limit}: what was broken
  std::string unit{};   // {unit}, {wanted}: a key of x-parameter-words
  value shown{};        // detail.value
  bool whole = false;   // the limit is the whole message

  bool taken() const { return form.empty() && error.empty(); }
};

// The values of a request that name things that are there, by the field's path.
using Known = std::map<std::string, std::string>;

// The first fault of a request, and where it is; its verdict is taken where there is none.
struct Finding {
  Field field{};
  std::string source{};  // {source}, with the indices of items
  Verdict verdict{};
};

Finding judge_body(const Operation& operation, const value& body, const Known& known);
// One parameter of the path or the query; nothing given where there is none.
Finding judge_parameter(const Field& field, const std::optional<std::string>& given,
                        const Known& known);
Verdict missing();
Verdict with_error(std::string_view id);
Verdict with_form(std::string_view form, value shown = array());

// The body of the answer to a finding that is not taken.
std::string refusal_body(const Contract& contract, const Finding& finding);
// The body of an error that is not PARAM_ERROR's.
std::string error_body(const Contract& contract, std::string_view id);
// Members sorted at every depth, compact.
std::string sorted_json(const value& any);
// The text with each {name} replaced.
std::string filled_in(std::string text, const std::string& name, const std::string& by);

}  // namespace favorhook::contract
