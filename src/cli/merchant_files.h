// What a merchant gets, as files under the names merchants know, and the signed client made from
// them.
//
//   Result<MerchantFiles> files = read_merchant_files(directory);
//   Result<merchant::Client> client = make_client(shared.data_dir, mchid, base_url);
//
// apiclient_key.pem, apiclient_cert.pem, apiv3_key.txt (32 characters, no newline),
// wechatpay_<SERIAL>.pem, pub_key.pem, pub_key_id.txt, ca.pem. Errors: the file that is missing or
// cannot be read.
#pragma once

#include <string>

#include "base/result.h"
#include "favorhook/client.h"

namespace favorhook::cli {

struct MerchantFiles {
  std::string directory;
  std::string mchid;  // the certificate's common name
  std::string serial_no;
  std::string private_key_pem;  // empty where the merchant came with a CSR
  std::string apiv3_key;        // empty: none
  merchant::PlatformKeys platform_keys;
  std::string ca_file;
};

std::string merchant_directory(const std::string& data_dir, const std::string& mchid);
Result<MerchantFiles> read_merchant_files(const std::string& directory);

// A client of the running server (its address from server.json) or of `base_url` where that is not
// empty.
Result<merchant::Client> make_client(const std::string& data_dir, const std::string& merchant_dir,
                                     const std::string& base_url);

}  // namespace favorhook::cli
