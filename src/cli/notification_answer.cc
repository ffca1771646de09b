#include "cli/notification_answer.h"

#include <boost/json/object.hpp>

#include "apiv3/json.h"

namespace favorhook::cli {

HttpAnswer taken_answer(int status) {
  HttpAnswer answer;
  answer.status = status;
  return answer;
}

HttpAnswer fail_answer(int status, std::string_view message) {
  HttpAnswer answer = taken_answer(status);
  answer.headers = {{"Content-Type", "application/json"}};
  answer.body = apiv3::to_ordered_json(boost::json::object{{"code", "FAIL"}, {"message", message}});
  return answer;
}

}  // namespace favorhook::cli
