// A valid body of an operation, built from the contract's own example around the field that is
// tried.
//
//   Draft draft(contract, operation, "/coupon_use_rule/discount_coupon/discount_percent");
//   std::string text = draft.text_with("101");
//
// The field and all that stands above it are there, and what other fields' conditions ask for.
// Errors CHECK.
#pragma once

#include <string>

#include "tests/contract/contract.h"

namespace favorhook::contract {

class Draft {
 public:
  Draft(const Contract& contract, const Operation& operation, std::string path);

  const value& body() const { return body_; }
  // Any field: * is the first item. Nothing where it is not there.
  const value* find(const std::string& path) const;
  void put(const std::string& path, value given);
  void drop(const std::string& path);
  // Makes a field and all that stands above it from their examples.
  void ensure(const std::string& path);
  // Makes conditions between fields hold again; the field that is tried stays as it is.
  void repair();
  // The body with other JSON text in the tried field's place.
  std::string text_with(const std::string& raw) const;

 private:
  value* parent_of(const std::string& path);
  const Field& field(std::string_view path) const;
  void repair_required(const Field& field);
  void repair_only(const Field& field);
  void repair_order(const Field& field);
  bool holds(const object& condition) const;
  bool is_tried(const std::string& path) const;

  const Contract& contract_;
  const Operation& operation_;
  std::string path_;
  value body_;
};

// The body as JSON with other text in the place of one of its fields.
std::string text_with_raw(value body, const std::string& path, const std::string& raw);
// A value that the schema takes: its first example, or the least that its limits allow.
value example_of(const Contract& contract, const object& schema);

}  // namespace favorhook::contract
