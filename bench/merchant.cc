#include "bench/merchant.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "base/check.h"
#include "bench/measure.h"

namespace favorhook::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAppid = "wx000000000000bench";
// A campaign's customers are known to the platform; each gets some of the coupons.
constexpr std::size_t kPeople = 2'000;

std::string openid(std::size_t number) {
  return fmt::format("oBench{:022}", number % kPeople);
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  CHECK(in.is_open());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string people_file(const std::string& path) {
  std::ofstream out(path);
  for (std::size_t i = 0; i < kPeople; ++i) {
    out << fmt::format("{{\"openids\":{{\"{}\":\"{}\"}}}}\n", kAppid, openid(i));
  }
  return path;
}

fs::path platform_certificate(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("wechatpay_")) return entry.path();
  }
  CHECK(false);
  return {};
}

}  // namespace

Merchant Merchant::make(const Server& server) {
  const fs::path directory = server.data() + "-merchant";
  const std::string tls = (directory / "receiver").string();
  server.run({"merchant", "add", "--mchid", kMchid, "--name", "bench"});
  server.run({"merchant", "app", "add", "--mchid", kMchid, "--appid", kAppid});
  server.run({"cert", "issue", "--host", "localhost", "--out", tls});
  server.run({"user", "import", people_file((directory / "people").string())});
  const std::string stock =
      server.run({"--json", "stock", "create", "--mchid", kMchid, "--max-coupons", "10000000",
                  "--per-user", "100", "--notify-appid", kAppid});

  Merchant merchant;
  const fs::path files = fs::path(server.data()) / "merchants" / kMchid;
  auto credentials = merchant::credentials_from_pem(read_file(files / "apiclient_cert.pem"),
                                                    read_file(files / "apiclient_key.pem"));
  CHECK(bool(credentials));
  merchant.credentials_ = std::move(credentials.value());
  CHECK(bool(merchant.platform_.add_certificate(read_file(platform_certificate(files)))));
  merchant.apiv3_key_ = read_file(files / "apiv3_key.txt");
  merchant.ca_file_ = (files / "ca.pem").string();
  merchant.tls_dir_ = tls;
  merchant.stock_id_ = boost::json::parse(stock).at("stock_id").as_string();
  return merchant;
}

ReceiverKeys Merchant::receiver_keys() const {
  return {read_file(fs::path(tls_dir_) / "cert.pem"), read_file(fs::path(tls_dir_) / "key.pem"),
          platform_, apiv3_key_};
}

std::vector<std::string> Merchant::get_callback(std::size_t count) const {
  const Unsigned get = {"GET", fmt::format("/v3/marketing/busifavor/callbacks?mchid={}", kMchid),
                        ""};
  return sign(std::vector<Unsigned>(count, get));
}

std::vector<std::string> Merchant::send_coupons(std::size_t count) {
  std::vector<Unsigned> requests(count);
  for (Unsigned& request : requests) {
    const std::size_t number = next_number_++;
    request = {
        "POST", "/v3/marketing/busifavor/coupons/send",
        fmt::format(
            R"({{"stock_id":"{}","openid":"{}","appid":"{}","out_request_no":"bench_{:08}"}})",
            stock_id_, openid(number), kAppid, number)};
  }
  return sign(requests);
}

std::size_t Merchant::take_numbers(std::size_t count) {
  return std::exchange(next_number_, next_number_ + count);
}

std::vector<std::string> Merchant::sign(const std::vector<Unsigned>& requests) const {
  std::vector<std::string> texts(requests.size());
  const std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
  const auto sign_share = [&](std::size_t first) {
    const merchant::Client client(credentials_, platform_, {});
    for (std::size_t i = first; i < requests.size(); i += workers) {
      const auto& [method, target, body] = requests[i];
      const auto authorization = client.authorization(method, target, body);
      CHECK(bool(authorization));
      texts[i] = fmt::format(
          "{} {} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
          "User-Agent: favorhook-bench\r\nAuthorization: {}\r\n{}\r\n{}",
          method, target, authorization.value(),
          body.empty() ? std::string()
                       : fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n",
                                     body.size()),
          body);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < workers; ++worker) threads.emplace_back(sign_share, worker);
  threads.clear();
  return texts;
}

}  // namespace favorhook::bench
