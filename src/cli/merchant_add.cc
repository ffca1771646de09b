#include "cli/merchant_add.h"

#include <boost/json/object.hpp>
#include <filesystem>

#include "cli/json_view.h"
#include "crypto/certificates.h"
#include "crypto/random.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kApiv3KeySize = 32;

// A directory made here is private; one that exists stays as it is.
Result<void> make_directory(const std::string& path) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) return fail("cannot make {}: {}", path, error.message());
  if (made) fs::permissions(path, fs::perms::owner_all, error);
  return {};
}

// What the file holds from an earlier try that went wrong, else what `make` gives, written.
Result<std::string> keep_or_make(const std::string& path, std::string (*make)()) {
  if (runtime::file_exists(path)) return runtime::read_file(path);
  std::string made = make();
  if (auto written = runtime::write_file(path, made); !written) return fail(written.error());
  return made;
}

std::string make_key() {
  return crypto::PrivateKey::generate_rsa2048().to_pem();
}

std::string make_apiv3_key() {
  return crypto::SystemRandom().text(kApiv3KeySize, kAlphanumeric);
}

Result<std::string> request_of(const MerchantAdd& order) {
  if (!order.csr_pem.empty()) return order.csr_pem;
  const std::string path = order.out_dir + "/apiclient_key.pem";
  const auto pem = keep_or_make(path, make_key);
  if (!pem) return fail(pem.error());
  const auto key = crypto::PrivateKey::from_pem(*pem);
  if (!key) return fail("{}: {}", path, key.error().what);
  return crypto::make_certificate_request(order.mchid, *key);
}

Result<void> write_public_files(const std::string& dir, const boost::json::value& merchant,
                                const boost::json::value& keys) {
  const auto write = [&dir](const std::string& name, const std::string& content) {
    return runtime::write_file(dir + "/" + name, content, /*public_file=*/true);
  };
  const boost::json::value* public_key = keys.as_object().if_contains("public_key");
  Result<void> done = write("ca.pem", text_member(keys, "ca_pem"));
  for (const boost::json::value& each : elements(keys, "certificates")) {
    const std::string name = "wechatpay_" + text_member(each, "serial_no") + ".pem";
    if (done) done = write(name, text_member(each, "certificate_pem"));
  }
  if (public_key != nullptr && !public_key->is_null()) {
    if (done) done = write("pub_key.pem", text_member(*public_key, "pem"));
    if (done) done = write("pub_key_id.txt", text_member(*public_key, "id"));
  }
  // Last, because it tells that the directory is complete.
  if (done) done = write("apiclient_cert.pem", text_member(merchant, "certificate_pem"));
  return done;
}

}  // namespace

Result<std::string> add_merchant_files(AdminClient& admin, const MerchantAdd& order) {
  if (runtime::file_exists(order.out_dir + "/apiclient_cert.pem")) {
    return fail("{} holds a merchant's files already", order.out_dir);
  }
  if (admin.call("GET", "/admin/v1/merchants/" + order.mchid)) {
    return fail("the merchant {} exists already", order.mchid);
  }
  if (auto made = make_directory(order.out_dir); !made) return fail(made.error());
  const auto request = request_of(order);
  if (!request) return fail(request.error());
  const auto apiv3_key = keep_or_make(order.out_dir + "/apiv3_key.txt", make_apiv3_key);
  if (!apiv3_key) return fail(apiv3_key.error());

  const boost::json::object body = {{"mchid", order.mchid},
                                    {"name", order.name},
                                    {"kind", order.kind},
                                    {"csr", *request},
                                    {"apiv3_key", *apiv3_key}};
  const auto merchant = admin.call("POST", "/admin/v1/merchants", body);
  if (!merchant) return fail(merchant.error());
  const auto keys = admin.call("GET", "/admin/v1/platform-keys");
  if (!keys) return fail(keys.error());
  if (auto written = write_public_files(order.out_dir, *merchant, *keys); !written) {
    return fail(written.error());
  }
  return order.out_dir;
}

}  // namespace favorhook::cli
