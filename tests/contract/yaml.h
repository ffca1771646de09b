// A YAML file as a JSON value: mappings keep their order, plain scalars have YAML's types (null,
// true and false, integers, else text), quoted ones are text.
//
//   boost::json::value root = read_yaml("api/openapi.yaml");
//
// Errors: a file that is not there or no YAML CHECKs; a mapping with a name twice does too.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace favorhook::contract {

boost::json::value read_yaml(const std::string& path);

}  // namespace favorhook::contract
