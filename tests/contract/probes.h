// What is tried in the place of one field: JSON texts at, inside and outside each of its limits,
// and of every wrong kind.
//
//   for (const Probe& probe : probes_of(contract, field)) …
//
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/contract/contract.h"
#include "tests/contract/judge.h"

namespace favorhook::contract {

struct Probe {
  std::string name;
  std::string raw;                 // JSON text
  std::optional<Verdict> verdict;  // of the body as a whole, where it is not read as far as fields
};

// Of a field in a body.
std::vector<Probe> probes_of(const Contract& contract, const Field& field);
// Texts for a field that takes texts: what a parameter of a path or a query is tried with.
std::vector<std::string> texts_of(const Contract& contract, const Field& field);

}  // namespace favorhook::contract
