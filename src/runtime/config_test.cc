#include <gmock/gmock.h>

#include <fstream>
#include <regex>

#include "runtime/config_keys.h"
#include "runtime/files.h"
#include "runtime/test_support.h"

namespace favorhook::runtime {
namespace {

using testing::HasSubstr;

class ConfigFile : public testing::Test {
 protected:
  Result<Config> load(const std::string& toml,
                      const std::vector<std::pair<std::string, std::string>>& environment = {}) {
    const std::string path = dir_.file("favorhook.toml");
    EXPECT_TRUE(write_file(path, toml));
    return load_config(path, environment);
  }
  std::string fault(const std::string& toml,
                    const std::vector<std::pair<std::string, std::string>>& environment = {}) {
    const auto config = load(toml, environment);
    return config ? "no fault" : config.error().what;
  }
  TempDir dir_;
};

TEST_F(ConfigFile, IsNotNeeded) {
  const auto config = load_config("", {{"PATH", "/bin"}, {"FAVORHOOK", "x"}});
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->sandbox);
  EXPECT_EQ(config->listen.to_text(), "127.0.0.1:8480");
  EXPECT_EQ(config->tls_listen.to_text(), "127.0.0.1:8443");
  EXPECT_EQ(config->admin_listen.to_text(), "127.0.0.1:8481");
  EXPECT_EQ(config->data_dir, "./favorhook-data");
  EXPECT_EQ(config->egress.mode, net::EgressMode::sandbox);
  EXPECT_FALSE(config->ladder);
}

TEST_F(ConfigFile, SetsEveryKind) {
  const auto config = load(R"(
mode = "production"
data = "/srv/x"
listen = "[::1]:0"
loops = 3
wire = "live"
update_time = "millis"
keep_alive_ms = 5000
base_path = "/wechat"
ladder = "documented"
egress_allowed_networks = ["10.0.0.0/8", "fd00::/8"]
egress_allowed_ports = [443, "8000-8999"]
commit_linger_us = 250
)");
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_FALSE(config->sandbox);
  EXPECT_EQ(config->egress.mode, net::EgressMode::production);
  EXPECT_EQ(config->data_dir, "/srv/x");
  EXPECT_EQ(config->listen.to_text(), "[::1]:0");
  EXPECT_EQ(config->loops, 3u);
  EXPECT_EQ(config->gateway.wire, apiv3::Wire::live);
  EXPECT_TRUE(config->gateway.update_time_millis);
  EXPECT_EQ(config->keep_alive, Millis(5'000));
  EXPECT_EQ(config->gateway.base_path, "/wechat");
  EXPECT_EQ(config->ladder, delivery::Ladder::documented);
  EXPECT_EQ(config->egress.allowed_networks.size(), 2u);
  EXPECT_THAT(config->egress.allowed_ports,
              testing::ElementsAre(net::PortRange{443, 443}, net::PortRange{8000, 8999}));
  EXPECT_EQ(config->commit_linger, Micros(250));
}

TEST_F(ConfigFile, IsOverriddenByTheEnvironmentAndThatByWhatComesLater) {
  const auto config = load("listen = \"127.0.0.1:1\"\nloops = 2",
                           {{"FAVORHOOK_LISTEN", "127.0.0.1:2"},
                            {"FAVORHOOK_EGRESS_ALLOWED_NAMES", "a.test, *.b.test"},
                            {"FAVORHOOK_LISTEN", "127.0.0.1:3"}});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->listen.port, 3);
  EXPECT_EQ(config->loops, 2u);
  EXPECT_THAT(config->egress.allowed_names, testing::ElementsAre("a.test", "*.b.test"));
}

TEST_F(ConfigFile, NamesTheKeyThatIsUnknownOrWrong) {
  EXPECT_THAT(fault("listne = 1"), HasSubstr("there is no key listne"));
  EXPECT_THAT(fault("[server]\nlisten = \"x\""), HasSubstr("there is no key server"));
  EXPECT_THAT(fault("", {{"FAVORHOOK_LISTNE", "1"}}), HasSubstr("FAVORHOOK_LISTNE"));
  EXPECT_THAT(fault("listen = \"8480\""), HasSubstr("listen must be ADDRESS:PORT"));
  EXPECT_THAT(fault("loops = -1"), HasSubstr("loops must be a number"));
  EXPECT_THAT(fault("mode = \"test\""), HasSubstr("mode must be"));
  for (const char* path : {"wechat", "/wechat/", "/", "/a//b", "/a%62", "/a?b", "/a b"}) {
    EXPECT_THAT(fault(fmt::format("base_path = \"{}\"", path)),
                HasSubstr("base_path must be a path"));
  }
  EXPECT_THAT(fault("loops = { a = 1 }"), HasSubstr("loops must be"));
  EXPECT_THAT(fault("egress_allowed_ports = [0]"),
              HasSubstr("egress_allowed_ports \"0\" is no port"));
  EXPECT_THAT(fault("egress_allowed_networks = [\"10.0.0.0/99\"]"),
              HasSubstr("egress_allowed_networks"));
  EXPECT_THAT(fault("listen = "), HasSubstr("favorhook.toml:1:"));
  EXPECT_THAT(load_config(dir_.file("missing.toml"), {}).error().what, HasSubstr("missing.toml"));
}

TEST_F(ConfigFile, RefusesWhatDoesNotGoTogether) {
  EXPECT_THAT(fault("tls_key_file = \"k.pem\""), HasSubstr("belong together"));
  EXPECT_THAT(fault("mode = \"production\"\nbusiness_offset_ms = 1"), HasSubstr("sandbox"));
  EXPECT_THAT(fault("mode = \"production\"\negress_allowed_names = [\"a.test\"]"),
              HasSubstr("sandbox"));
  EXPECT_TRUE(load("business_offset_ms = -86400000"));
}

TEST(Addresses, AreReadAndWrittenAlike) {
  for (const char* text : {"127.0.0.1:8480", "[::1]:8480", "0.0.0.0:0", "localhost:65535"}) {
    const auto address = Address::from_text(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_text(), text);
  }
  for (const char* text : {"", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                           "[127.0.0.1]:80", "example.com:80", "127.0.0.1:80x", "127.1:80"}) {
    EXPECT_FALSE(Address::from_text(text)) << text;
  }
}

// | `key` | `default` | meaning |
TEST(ConfigurationDocument, ListsEveryKeyWithItsDefault) {
  std::ifstream file(FAVORHOOK_ROOT "/docs/configuration.md");
  std::vector<std::pair<std::string, std::string>> documented, known;
  const std::regex row(R"(^\| `([a-z_]+)` \| (?:`([^`]*)`)? ?\| .{10,} \|$)");
  for (std::string line; std::getline(file, line);) {
    std::smatch found;
    if (std::regex_match(line, found, row)) documented.emplace_back(found[1], found[2]);
  }
  for (const ConfigKey& key : config_keys()) known.emplace_back(key.name, key.otherwise);
  EXPECT_EQ(documented, known);
}

TEST(ConfigurationTable, HasTheDefaultsThatTheCodeHas) {
  const Config defaults;
  for (const ConfigKey& key : config_keys()) {
    if (key.otherwise.empty()) continue;
    Config config;
    ASSERT_TRUE(key.set(config, key.otherwise)) << key.name;
    EXPECT_EQ(config.sandbox, defaults.sandbox) << key.name;
    EXPECT_EQ(config.data_dir, defaults.data_dir) << key.name;
    EXPECT_EQ(config.listen.to_text(), defaults.listen.to_text()) << key.name;
    EXPECT_EQ(config.tls_listen.to_text(), defaults.tls_listen.to_text()) << key.name;
    EXPECT_EQ(config.admin_listen.to_text(), defaults.admin_listen.to_text()) << key.name;
    EXPECT_EQ(config.loops, defaults.loops) << key.name;
    EXPECT_EQ(config.gateway.wire, defaults.gateway.wire) << key.name;
    EXPECT_EQ(config.gateway.update_time_millis, defaults.gateway.update_time_millis) << key.name;
    EXPECT_EQ(config.business_offset, defaults.business_offset) << key.name;
    EXPECT_EQ(config.commit_linger, defaults.commit_linger) << key.name;
    EXPECT_EQ(config.log_level, defaults.log_level) << key.name;
    EXPECT_EQ(config.core_dumps, defaults.core_dumps) << key.name;
  }
}

}  // namespace
}  // namespace favorhook::runtime
