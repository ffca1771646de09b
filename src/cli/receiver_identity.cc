#include "cli/receiver_identity.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/json_view.h"
#include "crypto/keys.h"

namespace favorhook::cli {

Result<TlsIdentity> issue_localhost_identity(AdminClient& admin) {
  const crypto::PrivateKey key = crypto::PrivateKey::generate_p256();
  const boost::json::object order = {{"public_key_pem", key.public_key().to_pem()},
                                     {"dns", boost::json::array{"localhost"}},
                                     {"ip", boost::json::array{"127.0.0.1", "::1"}}};
  const auto issued = admin.call("POST", "/admin/v1/tls-certificates", order);
  if (!issued) return fail(issued.error());
  std::string pem = text_member(*issued, "certificate_pem");
  if (pem.empty()) return fail("the operator's API gave no certificate");
  return TlsIdentity{std::move(pem), key.to_pem()};
}

}  // namespace favorhook::cli
