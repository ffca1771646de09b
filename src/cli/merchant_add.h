// Adds a merchant: makes what must stay secret here, asks the operator's API for the rest, and
// writes the files that a merchant gets under the names merchants know.
//
//   Result<std::string> directory = add_merchant_files(*admin, {.mchid = "1900000001", …});
//
// The secrets are written before the API is asked, so that no merchant comes to be whose key is
// lost; where that call fails, the next one takes up the same secrets. Thread safety: one thread.
// Errors: the files of a merchant that are in the directory already; the API's own.
#pragma once

#include <string>

#include "cli/admin_client.h"

namespace favorhook::cli {

struct MerchantAdd {
  std::string mchid;
  std::string name;
  std::string kind;     // direct, provider or channel
  std::string csr_pem;  // empty: a key is made, and apiclient_key.pem written
  std::string out_dir;
};

// The directory that holds the files now.
Result<std::string> add_merchant_files(AdminClient& admin, const MerchantAdd& order);

}  // namespace favorhook::cli
