// How commands reach the operator's API: over HTTP where a server holds the store, in this process
// where none does.
//
//   auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
//   Result<boost::json::value> merchant = (*admin)->call("GET", "/admin/v1/merchants/1900000001");
//
// Thread safety: one thread. Errors: no server where one is needed; who holds the store; the API's
// own error text.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "base/result.h"

namespace favorhook::cli {

// Whether the command may open the store itself.
enum class StoreAccess {
  server_only,
  allowed,   // of a data directory that exists
  may_make,  // also one made for this command
};

class AdminClient {
 public:
  virtual ~AdminClient() = default;
  static Result<std::unique_ptr<AdminClient>> open(const std::string& data_dir, StoreAccess access);
  virtual Result<boost::json::value> call(const std::string& method, const std::string& target,
                                          const boost::json::value& body = nullptr) = 0;
};

}  // namespace favorhook::cli
