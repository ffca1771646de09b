#include "cli/receiver_identity.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "crypto/keys.h"

namespace favorhook::cli {

Result<TlsIdentity> issue_localhost_identity(AdminClient& admin) {
  const crypto::PrivateKey key = crypto::PrivateKey::generate_p256();
  const boost::json::object order = {{"public_key_pem", key.public_key().to_pem()},
                                     {"dns", boost::json::array{"localhost"}},
                                     {"ip", boost::json::array{"127.0.0.1", "::1"}}};
  const auto issued = admin.call("POST", "/admin/v1/tls-certificates", order);
  if (!issued) return fail(issued.error());
  const boost::json::object* answer = issued->if_object();
  const boost::json::value* pem =
      answer == nullptr ? nullptr : answer->if_contains("certificate_pem");
  if (pem == nullptr || !pem->is_string()) return fail("the operator's API gave no certificate");
  return TlsIdentity{std::string(pem->as_string()), key.to_pem()};
}

}  // namespace favorhook::cli
