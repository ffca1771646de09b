// A merchant's key files for this folder's tests, with the platform that the merchant library's
// tests have.
//
//   write_test_merchant(data_dir + "/merchants/1900000001");
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "../../merchant/test_platform.h"

namespace favorhook::cli {

inline void write_text(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

inline void write_test_merchant(const std::filesystem::path& dir) {
  const merchant::TestPlatform& platform = merchant::TestPlatform::instance();
  write_text(dir / "apiclient_key.pem", platform.merchant_key.to_pem());
  write_text(dir / "apiclient_cert.pem", platform.merchant_certificate_pem);
  write_text(dir / "apiv3_key.txt", "0123456789abcdef0123456789ABCDEF");
  write_text(dir / ("wechatpay_" + platform.certificate.serial_no + ".pem"),
             platform.certificate.pem);
  write_text(dir / "pub_key.pem", platform.key.public_key().to_pem());
  write_text(dir / "pub_key_id.txt", "PUB_KEY_ID_0000000000000024101100397200000006\n");
  write_text(dir / "ca.pem", platform.authority.certificate_pem());
}

}  // namespace favorhook::cli
