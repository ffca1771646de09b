#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "admin/call.h"
#include "admin/test_world.h"

namespace favorhook::admin {
namespace {

// "GET /admin/v1/status", … of api/admin.yaml: paths stand at two spaces, methods at four.
std::set<std::string> described_routes() {
  std::ifstream file(FAVORHOOK_ROOT "/api/admin.yaml");
  std::set<std::string> all;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    for (const char* method : {"get", "post", "patch", "put", "delete"}) {
      if (line != fmt::format("    {}:", method)) continue;
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      all.insert(upper + " " + path);
    }
  }
  return all;
}

TEST(Routes, AreThoseThatTheDescriptionHas) {
  std::set<std::string> known;
  for (const Route& route : routes()) known.insert(fmt::format("{} {}", route.method, route.path));
  EXPECT_EQ(described_routes(), known);
}

TEST(Routes, ThatAreUnknownAreNotFound) {
  World world;
  for (const char* target :
       {"/admin/v1", "/admin/v1/", "/admin/v1/nothing", "/admin/v1/merchants/",
        "/admin/v1/merchants/1/2", "/admin/v1/events//resend", "/admin/v2/status"}) {
    const Reply reply = world.call("GET", target);
    EXPECT_EQ(reply.status, 404) << target;
    EXPECT_FALSE(reply.text("error").empty());
  }
}

TEST(Routes, NameTheMethodsThatThereAre) {
  World world;
  const Reply reply = world.call("DELETE", "/admin/v1/merchants");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(find_header(reply.headers, "Allow"), "GET, POST");
}

TEST(Bodies, ThatAreNoObjectsAreRefused) {
  World world;
  for (const char* body : {"", "[]", "{", "1", "{\"a\":\"\xff\"}"}) {
    HttpRequest request{"POST", "/admin/v1/relations", {}, body, {}};
    const Reply reply = world.send(std::move(request));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.text("error"), "the body is no JSON object");
  }
}

TEST(Queue, ThatStopsIsAnsweredWith503) {
  World world;
  world.queue->stop();
  EXPECT_EQ(world.call("POST", "/admin/v1/merchants", World::merchant("1900000001")).status, 503);
  const Reply users = world.call("POST", "/admin/v1/users", {{"openids", {{"wxa", "o000001"}}}});
  EXPECT_EQ(users.at("failed"), json::value(1));
}

}  // namespace
}  // namespace favorhook::admin
