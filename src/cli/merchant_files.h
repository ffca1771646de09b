// What a merchant gets, as files under the names merchants know, and the signed client made from
// them.
//
//   Result<std::string> directory = find_merchant_directory(shared.data_dir, mchid, key_dir);
//   Result<MerchantFiles> files = read_merchant_files(*directory);
//   Result<merchant::Client> client = make_client(shared.data_dir, *directory, base_url);
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
// `key_dir` where it is given; else the merchant's directory; else, with no merchant named either,
// the only one that there is.
Result<std::string> find_merchant_directory(const std::string& data_dir, const std::string& mchid,
                                            const std::string& key_dir = {});
Result<MerchantFiles> read_merchant_files(const std::string& directory);

// The addresses of the server that runs on this data directory, as a client reaches them.
struct ServerAddresses {
  std::string http_url;   // "http://127.0.0.1:8480"; empty: no such listener
  std::string https_url;  // "https://localhost:8443"
  std::string admin_url;
};
Result<ServerAddresses> read_server_addresses(const std::string& data_dir);

// A client of the running server (its address from server.json) or of `base_url` where that is not
// empty. `wechatpay_serial` asks for answers signed with that key.
Result<merchant::Client> make_client(const std::string& data_dir, const std::string& merchant_dir,
                                     const std::string& base_url,
                                     const std::string& wechatpay_serial = {});

}  // namespace favorhook::cli
