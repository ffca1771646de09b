#include "admin/call.h"

#include <boost/json/serialize.hpp>

namespace favorhook::admin {

HttpAnswer json_answer(int status, const boost::json::value& body) {
  return {status, {{"Content-Type", "application/json"}}, boost::json::serialize(body)};
}

HttpAnswer error_answer(int status, std::string_view why) {
  return json_answer(status, {{"error", why}});
}

}  // namespace favorhook::admin
