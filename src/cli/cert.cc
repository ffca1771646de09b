// favorhook cert issue: a TLS certificate of favorhook's own CA, for receivers on this machine.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdio>
#include <filesystem>

#include "cli/admin_client.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "crypto/keys.h"
#include "net/egress.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

struct IssueOptions {
  std::vector<std::string> hosts;
  std::string out;
};

Result<void> write_files(const std::string& out, const crypto::PrivateKey& key,
                         const std::string& leaf, const std::string& ca) {
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) return fail("cannot make {}: {}", out, error.message());
  Result<void> done = runtime::write_file(out + "/key.pem", key.to_pem());
  if (done) done = runtime::write_file(out + "/cert.pem", leaf + ca, true);
  if (done) done = runtime::write_file(out + "/ca.pem", ca, true);
  return done;
}

Result<void> issue(const Shared& shared, const IssueOptions& options) {
  const auto admin = AdminClient::open(shared.data_dir, StoreAccess::may_make);
  if (!admin) return fail(admin.error());
  boost::json::array dns, ip;
  for (const std::string& host : options.hosts) {
    (net::IpAddress::from_text(host) ? ip : dns).emplace_back(host);
  }
  const crypto::PrivateKey key = crypto::PrivateKey::generate_p256();
  const auto issued = (*admin)->call(
      "POST", "/admin/v1/tls-certificates",
      boost::json::object{{"public_key_pem", key.public_key().to_pem()}, {"dns", dns}, {"ip", ip}});
  if (!issued) return fail(issued.error());
  const auto written = write_files(options.out, key, text_member(*issued, "certificate_pem"),
                                   text_member(*issued, "ca_pem"));
  if (!written) return written;
  if (shared.json) {
    print_json(boost::json::object{{"key", options.out + "/key.pem"},
                                   {"certificate", options.out + "/cert.pem"},
                                   {"ca", options.out + "/ca.pem"}});
  } else {
    fmt::print(
        "{0}/key.pem   the private key\n{0}/cert.pem  the chain: certificate and CA\n"
        "{0}/ca.pem    favorhook's CA, for clients of the receiver\n",
        options.out);
  }
  return {};
}

}  // namespace

void add_cert(CommandLine& app, Shared& shared) {
  CommandLine command = app.command("cert", "TLS certificates for receivers on this machine");
  command.requires_command();
  CommandLine one = command.command(
      "issue", "make a key and have favorhook's CA certify it: key.pem, cert.pem, ca.pem");
  const auto options = std::make_shared<IssueOptions>();
  one.option("--host", options->hosts,
             "localhost, a loopback address or a WeChat Pay API host; may be repeated")
      .required();
  one.option("--out", options->out, "where the files go").value_name("DIR").required();
  one.action([&shared, options] { shared.finish(issue(shared, *options)); });
}

}  // namespace favorhook::cli
