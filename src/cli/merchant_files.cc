#include "cli/merchant_files.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "runtime/files.h"
#include "runtime/server_file.h"

namespace favorhook::cli {
namespace {

namespace fs = std::filesystem;

// The file's content; nothing where there is no such file.
Result<std::string> read_optional(const std::string& path) {
  if (!runtime::file_exists(path)) return std::string();
  return runtime::read_file(path);
}

// Editors leave a line break behind what was pasted; neither a key nor an id holds white space.
std::string trimmed(std::string text) {
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.pop_back();
  return text;
}

// The merchants' directories below `path`, sorted; none where it cannot be read. One without a
// certificate is left from a `merchant add` that failed.
std::vector<std::string> merchants_in(const std::string& path) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (runtime::file_exists(at->path().string() + "/apiclient_cert.pem"))
      found.push_back(at->path().string());
  }
  std::ranges::sort(found);
  return found;
}

Result<void> add_platform_certificates(const std::string& directory, merchant::PlatformKeys& keys) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with("wechatpay_") || !name.ends_with(".pem")) continue;
    auto pem = runtime::read_file(at->path().string());
    if (!pem) return fail(std::move(pem.error()));
    const auto serial = keys.add_certificate(*pem);
    if (!serial) return fail("{}: {}", at->path().string(), serial.error());
  }
  return {};
}

Result<void> add_public_key(const std::string& directory, merchant::PlatformKeys& keys) {
  const std::string path = directory + "/pub_key.pem";
  if (!runtime::file_exists(path)) return {};
  auto pem = runtime::read_file(path);
  if (!pem) return fail(std::move(pem.error()));
  auto id = runtime::read_file(directory + "/pub_key_id.txt");
  if (!id) return fail(std::move(id.error()));
  const auto added = keys.add_public_key(trimmed(*id), *pem);
  if (!added) return fail("{}: {}", path, added.error());
  return {};
}

}  // namespace

std::string merchant_directory(const std::string& data_dir, const std::string& mchid) {
  return data_dir + "/merchants/" + mchid;
}

Result<std::string> find_merchant_directory(const std::string& data_dir, const std::string& mchid,
                                            const std::string& key_dir) {
  if (!key_dir.empty()) return key_dir;
  if (!mchid.empty()) {
    std::string directory = merchant_directory(data_dir, mchid);
    if (runtime::file_exists(directory)) return directory;
    return fail(
        "{} has no key files of the merchant {}: name their directory with --key-dir, or "
        "make them with `favorhook merchant add`",
        data_dir, mchid);
  }
  std::vector<std::string> all = merchants_in(data_dir + "/merchants");
  if (all.size() == 1) return all.front();
  if (all.empty()) {
    return fail("{} holds no merchant: `favorhook merchant add` makes one", data_dir);
  }
  return fail("{} holds {} merchants: name one with --mchid", data_dir, all.size());
}

Result<MerchantFiles> read_merchant_files(const std::string& directory) {
  MerchantFiles files;
  files.directory = directory;
  auto key = read_optional(directory + "/apiclient_key.pem");
  if (!key) return fail(std::move(key.error()));
  const std::string certificate_path = directory + "/apiclient_cert.pem";
  auto certificate = runtime::read_file(certificate_path);
  if (!certificate) return fail(std::move(certificate.error()));
  const auto credentials = merchant::credentials_from_pem(*certificate, *key);
  if (!credentials) return fail("{}: {}", certificate_path, credentials.error());
  files.mchid = credentials->mchid;
  files.serial_no = credentials->serial_no;
  files.private_key_pem = credentials->private_key_pem;

  auto apiv3_key = read_optional(directory + "/apiv3_key.txt");
  if (!apiv3_key) return fail(std::move(apiv3_key.error()));
  files.apiv3_key = trimmed(*apiv3_key);
  if (auto added = add_platform_certificates(directory, files.platform_keys); !added) {
    return fail(std::move(added.error()));
  }
  if (auto added = add_public_key(directory, files.platform_keys); !added) {
    return fail(std::move(added.error()));
  }
  if (runtime::file_exists(directory + "/ca.pem")) files.ca_file = directory + "/ca.pem";
  return files;
}

Result<ServerAddresses> read_server_addresses(const std::string& data_dir) {
  const auto place = runtime::read_server_file(data_dir + "/" + runtime::kServerFile);
  if (!place) return fail("no server runs on {}: `favorhook serve` starts one", data_dir);
  return ServerAddresses{runtime::local_url("http", place->listen),
                         runtime::local_url("https", place->tls_listen),
                         runtime::local_url("http", place->admin_listen)};
}

Result<merchant::Client> make_client(const std::string& data_dir, const std::string& merchant_dir,
                                     const std::string& base_url,
                                     const std::string& wechatpay_serial) {
  auto files = read_merchant_files(merchant_dir);
  if (!files) return fail(std::move(files.error()));
  if (files->private_key_pem.empty()) {
    return fail(
        "{} has no apiclient_key.pem: the merchant made its key itself, and only who holds "
        "it can sign",
        merchant_dir);
  }
  merchant::ClientOptions options;
  options.base_url = base_url;
  options.ca_file = files->ca_file;
  options.wechatpay_serial = wechatpay_serial;
  options.user_agent = "favorhook/" FAVORHOOK_VERSION;
  if (base_url.empty()) {
    const auto server = read_server_addresses(data_dir);
    if (!server) return fail(server.error());
    options.base_url = server->http_url.empty() ? server->https_url : server->http_url;
  }
  return merchant::Client({files->mchid, files->serial_no, files->private_key_pem},
                          files->platform_keys, options);
}

}  // namespace favorhook::cli
