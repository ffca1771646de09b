// JSON Schema as far as api/openapi.yaml uses it: which values a schema lets pass.
//
//   if (auto fault = schema_fault(contract, schema, body)) FAIL() << *fault;
//
// A keyword that is not known CHECKs, so that none is passed over. Stricter than JSON Schema in one
// thing: an integer is written without fraction and exponent. Pure function.
#pragma once

#include <optional>
#include <string>

#include "tests/contract/contract.h"

namespace favorhook::contract {

// The place and the keyword that the value breaks first; nothing where it is good.
std::optional<std::string> schema_fault(const Contract& contract, const value& schema,
                                        const value& instance);

// Whether a pattern of the contract is found in the text.
bool matches(const std::string& pattern, const std::string& text);
// Characters of a UTF-8 text that is known to be one.
std::int64_t characters_of(std::string_view text);

}  // namespace favorhook::contract
