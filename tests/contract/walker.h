// A gateway in this process, asked for what the contract describes and held to what it says.
//
//   Walker walker;
//   walker.expect(operation, text, expected, about);   // the whole answer, and GET gives it back
//   HttpAnswer answer = walker.ask(operation, target, text);   // status, headers, schema, key
//
// Real RSA, a real SQLite file, real URL rules, clocks that stand still. One thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "gateway/test_world.h"
#include "net/egress.h"
#include "tests/contract/contract.h"
#include "tests/contract/judge.h"

namespace favorhook::contract {

class Walker {
 public:
  Walker();

  gateway::World& world() { return *world_; }
  // Values for the fields that name things or must be fresh, put into a body of this operation.
  Known settle(const Operation& operation, value& body, const std::string& tried);
  // A stock of the contract's minimal example with other members; gives its id.
  std::string make_stock(const object& changes = {});

  // The answer to a request, held to the contract: it must be one that the operation describes.
  HttpAnswer ask(const Operation& operation, const std::string& target, const std::string& body,
                 const gateway::Signing& signing = {});
  HttpAnswer send(const Operation& operation, const HttpRequest& request);

  // The answer to a body, and where it was taken what the operation's link gives back.
  void expect(const Operation& operation, const std::string& text, const std::string& expected,
              const std::string& about);
  // The answer must be one that the operation describes.
  void hold(const Operation& operation, const HttpAnswer& answer);
  int asked() const { return asked_; }
  // Every pair of operation and error that was answered, and every member of an answer that was
  // seen.
  const std::set<std::pair<std::string, std::string>>& errors_seen() const { return errors_; }
  const std::set<std::string>& members_seen() const { return members_; }

 private:
  void hold_headers(const object& response, const HttpAnswer& answer, bool is_signed);
  void note_error(const Operation& operation, const HttpAnswer& answer, const object& response);
  void note_members(const std::string& path, const value& body);
  std::string link_target(const object& link, const value& answer) const;
  void follow_link(const Operation& operation, const value& sent, const value& answer,
                   const std::string& about);

  const Contract& contract_ = the_contract();
  net::Egress egress_{net::EgressOptions{.mode = net::EgressMode::sandbox}};
  std::unique_ptr<gateway::World> world_;
  std::string stock_id_;
  int number_ = 0;
  int asked_ = 0;
  std::set<std::pair<std::string, std::string>> errors_;
  std::set<std::string> members_;
};

}  // namespace favorhook::contract
