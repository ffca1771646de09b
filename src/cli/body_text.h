// Arguments as the JSON of a request's body.
//
//   Result<std::string> text = body_text(object);    // fails with "name is not UTF-8"
//
// A shell hands over any bytes. The serializers write what is no UTF-8 as it is, or with another
// character in its place; neither is what was meant. Pure function. Errors: the member that holds
// such a text.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/result.h"

namespace favorhook::cli {

Result<std::string> body_text(const boost::json::value& body);

}  // namespace favorhook::cli
